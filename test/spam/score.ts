/**
 * npm run spam: every letter of the catalogue as it goes over the wire, scored by SpamAssassin's local rules alone, with no network.
 * Ends with 1 when a letter scores 2 or more, with 2 when SpamAssassin is not installed or says nothing.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { written } from '#emails/by-smtp.ts'
import { previews, sampleLook } from '#emails/preview.ts'

/** trust.md E7: a letter must stay under it. */
const LIMIT = 2

// As a letter stands in somebody's mailbox: without the example's mark, and with the one hop that the receiving server writes on top, which is
// stricter than two. The address is from the block for benchmarks (RFC 2544); those for documentation score by themselves.
const letters = previews({ ...sampleLook, isExample: false }).map(({ name, email }) => ({
  name,
  email: {
    ...email,
    from: { ...email.from, address: 'training@training.fernhill-partnership.example' },
    replyTo: 'training@training.fernhill-partnership.example',
    to: { ...email.to, address: 'sam.example@council.example' },
  },
}))
const folder = mkdtempSync(join(tmpdir(), 'spam-'))
process.exitCode = await scored().finally(() => rmSync(folder, { recursive: true }))

async function scored(): Promise<number> {
  const files = await Promise.all(
    letters.map(async ({ email }, n) => {
      const date = email.headers.Date
      const received = [
        'Return-Path: <training@training.fernhill-partnership.example>',
        'Received: from mail.fernhill-partnership.example (mail.fernhill-partnership.example [198.18.5.25])',
        `\tby mx.council.example (Postfix) with ESMTPS id 4XyZ${n}; ${date}`,
      ].join('\r\n')
      const file = join(folder, `${String(n).padStart(3, '0')}.eml`)
      writeFileSync(file, `${received}\r\n${(await written(email)).toString('utf8')}`)
      return file
    }),
  )
  // An empty home and no learning: the figure must be the same on every machine.
  const { error, stdout, stderr, status } = spawnSync(
    'spamassassin',
    ['-t', '-L', '-x', '--cf=use_bayes 0', '--cf=use_auto_whitelist 0', ...files],
    { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, env: { ...process.env, HOME: folder } },
  )
  if (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (!isMissing) console.error(error.message)
    else console.error('SpamAssassin is not installed. On Debian or Ubuntu: sudo apt-get install spamassassin')
    return 2
  }
  const verdicts = [
    ...stdout
      .replace(/\r?\n[ \t]+/g, ' ')
      .matchAll(/^X-Spam-Status: .*?score=(-?[\d.]+) .*?tests=(\S*(?:, ?\S+)*?) autolearn/gm),
  ]
  if (status !== 0 || verdicts.length !== letters.length) {
    console.error(`SpamAssassin judged ${verdicts.length} of ${letters.length} letters.\n${stderr}`)
    return 2
  }
  let isTooHigh = false
  verdicts.forEach(([, score = '', rules = ''], n) => {
    const { name, email } = letters[n]!
    const isOver = Number(score) >= LIMIT
    isTooHigh ||= isOver
    console.log(`${isOver ? '!' : ' '} ${score.padStart(5)}  ${name.padEnd(22)} ${email.subject.padEnd(62)} ${rules}`)
  })
  console.log(`${letters.length} letters; each must score under ${LIMIT}.`)
  return isTooHigh ? 1 : 0
}
