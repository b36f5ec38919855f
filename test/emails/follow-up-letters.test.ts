/** The letters of the follow-up schedule (product.md 4.6; survey-impact.md Part 2): what each says, and what it has no place for. */
import { describe, expect, it } from 'vitest'
import { sampleOrigin } from '#emails/catalogue.ts'
import { props as colleagueProps, colleagueView } from '#emails/colleague-view.ts'
import { commitmentCard } from '#emails/commitment-card.ts'
import { followUpInvitation } from '#emails/follow-up-invitation.ts'
import { followUpReminder } from '#emails/follow-up-reminder.ts'
import { type AskedAbout, type Asking, askedAbout, asking as askingProps } from '#emails/follow-up-words.ts'
import { handOver, props as handOverProps } from '#emails/hand-over.ts'
import { render } from '#emails/layout.ts'
import type { Letter } from '#emails/message.ts'
import { nudge } from '#emails/nudge.ts'
import { previews, sampleLook } from '#emails/preview.ts'
import { results } from '#emails/results.ts'
import { addresses, wordsOf } from './reading.ts'

const all = previews()
const asking = all.filter(({ name }) => name.startsWith('follow-up-'))

const about: AskedAbout = {
  course: 'Working with neglect',
  date: 'Tuesday 15 September 2026',
  venue: 'Fernhill Centre',
  trainer: 'Robin Ashdown',
  monthName: 'September',
  suggestion: 'Use the neglect toolkit in my next supervision',
  ownWords: false,
  choices: [1, 2, 3].map((n) => ({ text: `Choice ${n}`, href: `${sampleOrigin}/answer/a-token/${n}` })),
}
const other: AskedAbout = {
  ...about,
  course: 'Exploitation',
  date: 'Thursday 1 October 2026',
  venue: 'online',
  trainer: 'Lee Marsh',
  monthName: 'October',
  suggestion: null,
  ownWords: true,
  choices: [1, 2, 3].map((n) => ({ text: `Choice ${n}`, href: `${sampleOrigin}/answer/b-token/${n}` })),
}
const facts: Asking = {
  firstName: 'Sam',
  about: [about],
  deadline: 'Thursday 7 January',
  remaining: 'two weeks',
  phone: '01632 960 140',
  optOutHref: `${sampleOrigin}/opt-out/a-token`,
  othersAnswered: null,
  arm: 'a',
}
const inOwnWords = { ...about, suggestion: null, ownWords: true }
const check = `${sampleOrigin}/answer/a-token/check`
const letters = {
  'The invitation': followUpInvitation,
  'The first reminder': (words: Asking) => followUpReminder({ ...words, step: 'reminder-1' }),
  'The second reminder': (words: Asking) => followUpReminder({ ...words, step: 'reminder-2' }),
  'The last reminder': (words: Asking) => followUpReminder({ ...words, step: 'reminder-3' }),
}
const reminders = Object.values(letters).slice(1)
const textOf = (letter: Letter) => render(letter, sampleLook).text
const paragraphs = (letter: Letter) =>
  letter.blocks.flatMap((block) => (block.type === 'paragraph' ? [block.text] : [])).slice(1)
/** What is read before and around the buttons; the small print below is fixed. */
const spoken = (letter: Letter) =>
  wordsOf(
    letter.blocks
      .flatMap((block) =>
        block.type === 'paragraph' ? [block.text] : block.type === 'link' ? [block.before, block.text] : [],
      )
      .join(' '),
  )

describe('an asking message', () => {
  it.each(asking.map((one, n) => ({ ...one, title: `${one.name} ${n}` })))(
    'takes under 90 words before the buttons and the small print: $title',
    ({ letter }) => expect(spoken(letter).length).toBeLessThan(90),
  )

  it('stays under 90 words with two long plans, both to be confirmed', () => {
    const long = { ...about, suggestion: Array(10).fill('word').join(' '), wasThisYou: check }
    for (const write of Object.values(letters))
      expect(spoken(write({ ...facts, about: [long, long] })).length).toBeLessThan(90)
  })
})

describe.each(Object.entries(letters))('%s to say what became of it', (_name, write) => {
  it('says who asks, about what, and who sees the answer', () => {
    const text = textOf(write(facts)).replace(/\s+/g, ' ')
    for (const words of [
      'Example Safeguarding Partnership',
      'Working with neglect',
      'Tuesday 15 September 2026',
      'Fernhill Centre',
      'Robin Ashdown',
      'Only the partnership’s training team sees your answer. Your manager and your agency do not; they see totals of five people or more. “Not yet” changes nothing about your certificate.',
      'Not sure it is us? Ring 01632 960 140 or reply.',
    ])
      expect(text).toContain(words)
  })

  it('offers every answer of question one, and a way to stop', () => {
    const text = textOf(write(facts))
    expect(addresses(text)).toEqual([...about.choices.map(({ href }) => href), facts.optOutHref])
    expect(text).toContain('Please stop asking me about this')
    expect(write(facts).optOut?.href).toBe(facts.optOutHref)
  })

  it('asks about two follow-ups at once, each above its own answers', () => {
    const { blocks, signedBy } = write({ ...facts, about: [about, other] })
    const asked = blocks.flatMap((block, n) => (block.type === 'choices' ? [[blocks[n - 1], block.choices]] : []))
    expect(asked).toEqual([
      [{ type: 'paragraph', text: expect.stringContaining('Working with neglect') }, about.choices],
      [{ type: 'paragraph', text: expect.stringContaining('Exploitation') }, other.choices],
    ])
    const small = blocks.flatMap((block) => (block.type === 'small' ? [block.text] : []))
    expect(small.slice(0, 2)).toEqual([
      'About Working with neglect, Tuesday 15 September 2026, Fernhill Centre, with Robin Ashdown.',
      'About Exploitation, Thursday 1 October 2026, online, with Lee Marsh.',
    ])
    expect(signedBy).toBe('Robin Ashdown and Lee Marsh')
    expect(write({ ...facts, about: [about, { ...other, trainer: 'Robin Ashdown' }] }).signedBy).toBe('Robin Ashdown')
  })

  it('asks about one or two, never none or three', () => {
    for (const about of [[], [other, other, other]]) expect(() => write({ ...facts, about })).toThrow()
  })

  it('repeats a ready-made commitment', () => {
    expect(textOf(write(facts))).toContain('“Use the neglect toolkit in my next supervision”')
  })

  it('never repeats somebody’s own words: it has no place for them', () => {
    const text = textOf(write({ ...facts, about: [inOwnWords] }))
    expect(text.match(/“[^”]*”/g)).toEqual(['“Not yet”'])
    expect(() => write({ ...facts, about: [{ ...about, ownWords: true }] })).toThrow()
    expect(() => write({ ...facts, about: [{ ...about, ownCommitment: 'Ring her' } as AskedAbout] })).toThrow()
    expect(() => write({ ...facts, ownCommitment: 'Ring the health visitor' } as Asking)).toThrow()
    expect(Object.keys(askingProps.entries).sort()).toEqual(Object.keys(facts).sort())
    expect(Object.keys(askedAbout.entries).sort()).toEqual([...Object.keys(about), 'wasThisYou'].sort())
  })

  it('has the same person behind it in its name and below it, and the partnership where no name is known', () => {
    expect(textOf(write(facts))).toContain('Robin Ashdown\nExample Safeguarding Partnership')
    const nameless = textOf(write({ ...facts, about: [{ ...about, trainer: '' }] }))
    expect(nameless).toContain(`${sampleLook.signedBy}\nExample Safeguarding Partnership`)
    expect(nameless).toContain('2026, Fernhill Centre.')
  })

  it('does without a first name', () => {
    const letter = write({ ...facts, firstName: '' })
    expect(letter.blocks[0]).toEqual({ type: 'paragraph', text: 'Hello,' })
    expect(letter.subject).toMatch(/^[A-Z][^,–]*\?$/)
  })

  it('asks about an answer that a machine may have pressed, and only then', () => {
    expect(textOf(write({ ...facts, about: [{ ...about, wasThisYou: check }] }))).toContain(`Was it you?\n${check}`)
    expect(textOf(write({ ...facts, about: [{ ...about, wasThisYou: null }] }))).not.toContain('Was it you?')
    const { blocks } = write({ ...facts, about: [other, { ...about, wasThisYou: check }] })
    const at = blocks.findIndex(({ type }) => type === 'link')
    expect(blocks[at + 1]?.type).toBe('choices')
    expect(blocks[at - 1]).toEqual({ type: 'paragraph', text: expect.stringContaining('Working with neglect') })
  })
})

describe('the four asking messages', () => {
  it('are each written differently', () => {
    for (const given of [about, inOwnWords, { ...about, suggestion: null }]) {
      const written = Object.values(letters).map((write) => write({ ...facts, about: [given] }))
      expect(new Set(written.map(({ subject }) => subject)).size).toBe(4)
      const all = written.flatMap(paragraphs)
      expect(new Set(all).size).toBe(all.length)
    }
  })

  it('are shortest in the second reminder, which comes from whoever taught it', () => {
    for (const given of [about, inOwnWords]) {
      const lengths = Object.values(letters).map((write) => spoken(write({ ...facts, about: [given] })).length)
      expect(Math.min(...lengths)).toBe(lengths[2])
      expect(lengths.filter((length) => length === lengths[2])).toHaveLength(1)
    }
    expect(paragraphs(letters['The second reminder'](facts))[0]).toBe('Robin Ashdown here, with a quick question.')
  })

  it('end with one that says so, and that not having done it is an answer', () => {
    for (const [name, write] of Object.entries(letters)) {
      const words = spoken(write(facts)).join(' ')
      const isLast = name === 'The last reminder'
      expect(words.includes('this is the last time we ask'), name).toBe(isLast)
      for (const answer of ['no chance', 'it did not fit', 'i have left']) expect(words.includes(answer)).toBe(isLast)
    }
  })

  it('say how many others answered in the first reminder alone, and only where it is known', () => {
    const others = { ...facts, othersAnswered: { answered: 31, of: 54 } }
    const said = '31 of 54 from your day have answered.'
    expect(textOf(letters['The first reminder'](others))).toContain(said)
    expect(textOf(letters['The first reminder'](facts))).not.toMatch(/have answered/)
    expect(textOf(letters['The first reminder']({ ...others, arm: 'b' }))).not.toMatch(/have answered/)
    // Of two days it could be either.
    expect(textOf(letters['The first reminder']({ ...others, about: [about, other] }))).not.toMatch(/have answered/)
    for (const write of [followUpInvitation, ...reminders.slice(1)]) expect(textOf(write(others))).not.toContain('31')
    for (const othersAnswered of [
      { answered: 55, of: 54 },
      { answered: 0, of: 54 },
      { answered: 1.5, of: 54 },
    ])
      expect(() => followUpInvitation({ ...facts, othersAnswered })).toThrow()
  })

  it('differ by what was drawn in the invitation’s subject and the first reminder’s plea, and in nothing else', () => {
    for (const about of [facts.about, [facts.about[0]!, other]]) {
      const [a, b] = (['a', 'b'] as const).map((arm) =>
        Object.values(letters).map((write) => write({ ...facts, about, arm })),
      )
      expect(b![0]).toEqual({ ...a![0], subject: b![0]!.subject })
      expect(b![0]!.subject).not.toBe(a![0]!.subject)
      const plea = b![1]!.blocks[1]
      expect(b![1]).toEqual({ ...a![1], blocks: a![1]!.blocks.map((block, n) => (n === 1 ? plea : block)) })
      expect(plea).not.toEqual(a![1]!.blocks[1])
      expect(b!.slice(2)).toEqual(a!.slice(2))
    }
  })

  it('and the nudge, the results and the summary of a report are the only letters that can be stopped', () => {
    const stoppable = all.filter(({ letter }) => letter.optOut).map(({ name }) => name)
    expect([...new Set(stoppable)]).toEqual([
      'nudge',
      'follow-up-invitation',
      'follow-up-reminder',
      'results',
      'report-summary',
    ])
    expect(stoppable.filter((name) => name.startsWith('follow-up-'))).toHaveLength(asking.length)
  })
})

const card = {
  firstName: 'Sam',
  course: 'Working with neglect',
  date: 'Tuesday 15 September 2026',
  suggestion: null,
  ownWords: false,
  askOn: 'Thursday 17 December 2026',
  phone: '01632 960 140',
  fromTrainer: 'Robin Ashdown',
}
const { askOn: _askOn, ...afterwards } = card
const fourWeeksOn = {
  ...afterwards,
  monthName: 'September',
  others: null,
  resource: null,
  optOutHref: facts.optOutHref,
}

describe.each([
  ['The commitment card', (words: object) => commitmentCard({ ...card, ...words })],
  ['The nudge', (words: object) => nudge({ ...fourWeeksOn, ...words })],
] as const)('%s', (_name, write) => {
  it('says what they planned, and asks nothing', () => {
    const planned = write({ suggestion: 'Use the toolkit' })
    expect(textOf(planned)).toContain('Use the toolkit')
    expect(textOf(write({ ownWords: true }))).toContain('you would do differently')
    expect(textOf(write({}))).not.toMatch(/you (planned|wrote)/i)
    for (const letter of [planned, write({ ownWords: true }), write({})]) {
      expect(textOf(letter)).not.toContain('?')
      expect(letter.subject).not.toContain('?')
      expect(letter.blocks.some(({ type }) => type === 'button' || type === 'choices' || type === 'link')).toBe(false)
    }
  })

  it('has no place for own words', () => {
    expect(() => write({ suggestion: 'Use the toolkit', ownWords: true })).toThrow()
    expect(() => write({ commitment: 'Ring her' })).toThrow()
  })

  it('comes from whoever taught them, and from the partnership where no name is known', () => {
    expect(write({}).signedBy).toBe('Robin Ashdown')
    expect(textOf(write({ fromTrainer: '' }))).toContain(`${sampleLook.signedBy}\nExample`)
  })
})

describe('the commitment card', () => {
  it('says about when we ask, and that the calendar entry is attached', () => {
    expect(textOf(commitmentCard(card))).toContain('About Thursday 17 December 2026 we will send you one question')
    expect(textOf(commitmentCard(card))).toContain('The calendar entry attached')
  })
})

describe('the nudge', () => {
  it('says what others chose, where that is given', () => {
    const others = [
      { text: 'Use the toolkit', count: 14 },
      { text: 'Ring first', count: 1 },
    ]
    expect(textOf(nudge({ ...fourWeeksOn, others }))).toContain('- Use the toolkit: 14 people\n- Ring first: 1 person')
    for (const none of [null, []]) expect(textOf(nudge({ ...fourWeeksOn, others: none }))).not.toMatch(/OTHERS/)
  })

  it('names something worth reading without leading anywhere but to us', () => {
    for (const [resource, said] of [
      ['The toolkit https://evil.test/x, page 4', 'The toolkit page 4'],
      ['The toolkit (www.evil.test/x)', 'The toolkit ('],
    ] as const)
      expect(textOf(nudge({ ...fourWeeksOn, resource }))).toContain(`WORTH A LOOK\n\n${said}\n`)
    expect(textOf(nudge({ ...fourWeeksOn, resource: 'https://evil.test' }))).not.toContain('WORTH A LOOK')
  })
})

describe('the results', () => {
  const given = {
    firstName: 'Sam',
    course: 'Working with neglect',
    date: 'Tuesday 15 September 2026',
    came: 54,
    answered: 31,
    sentence: '31 of the 54 people who came have told us what happened next.',
    href: `${sampleOrigin}/results/a-token`,
    account: `${sampleOrigin}/account/a-token`,
    phone: '01632 960 140',
    optOutHref: null,
  }

  it('give the finished sentence and the whole picture, and their own account to those who answered', () => {
    const letter = results(given)
    expect(textOf(letter)).toContain(given.sentence)
    expect(addresses(textOf(letter))).toEqual([given.href, given.account])
    expect(letter.subject).toBe('What came of it: 31 of 54 people told us')
    expect(addresses(textOf(results({ ...given, account: null })))).toEqual([given.href])
    expect(textOf(results({ ...given, account: null }))).not.toMatch(/you told us/i)
  })

  it('are sent even where nobody answered, and never where the numbers cannot be', () => {
    expect(results({ ...given, answered: 0, account: null }).subject).toBe('What came of the course')
    expect(() => results({ ...given, answered: 55 })).toThrow()
  })
})

describe('the letter to a colleague', () => {
  const given = {
    colleagueName: 'Jo Marlow',
    delegateName: 'Saffron Okello-Webb',
    delegateAgency: 'Fernhill Primary School',
    suggestion: 'Use the toolkit',
    course: 'Working with neglect',
    monthName: 'September',
    href: `${sampleOrigin}/colleague/a-token`,
    phone: '01632 960 140',
  }

  it('says who named them, what is asked, what is kept, and that it may be ignored', () => {
    const text = textOf(colleagueView(given))
    for (const words of [
      'Saffron Okello-Webb (Fernhill Primary School) gave us your name',
      'Saffron Okello-Webb planned to: “Use the toolkit”',
      'ten seconds',
      'stored with no name',
      'We delete your address once you have answered, and after 60 days at the latest.',
      'If you would rather not, do nothing: we do not write again.',
      'We show you nothing that Saffron Okello-Webb answered.',
    ])
      expect(text).toContain(words)
    expect(colleagueView(given).subject).toBe('One question about Saffron Okello-Webb’s training')
    expect(addresses(text)).toEqual([given.href])
  })

  it('has no place for what the delegate answered, or for their own words', () => {
    expect(Object.keys(colleagueProps.entries).sort()).toEqual(Object.keys(given).sort())
    const text = textOf(colleagueView({ ...given, suggestion: null }))
    expect(text).not.toContain('“')
    expect(text).toContain('Have you seen them do anything differently at work since then?')
  })

  it('does without names', () => {
    const letter = colleagueView({ ...given, colleagueName: '', delegateName: 'http://evil.test', delegateAgency: '' })
    expect(letter.subject).toBe('One question about your colleague’s training')
    expect(textOf(letter)).toContain('your colleague planned to')
  })
})

describe('the letter to a successor in post', () => {
  const given = {
    name: 'Kit Larch',
    course: 'Working with neglect',
    monthName: 'September',
    suggestion: 'Use the toolkit',
    phone: '01632 960 140',
  }

  it('hands over what was planned, and asks nothing', () => {
    expect(textOf(handOver(given))).toContain('“Use the toolkit”')
    for (const suggestion of ['Use the toolkit', null]) {
      const text = textOf(handOver({ ...given, suggestion }))
      expect(addresses(text)).toEqual([])
      expect(text).not.toContain('?')
      expect(text).toContain('There is nothing to answer.')
    }
  })

  it('has no place for the name of whoever went before, or for their own words', () => {
    expect(Object.keys(handOverProps.entries).sort()).toEqual(Object.keys(given).sort())
  })
})

describe('a first name that is nothing but an address', () => {
  it('greets nobody by name', () => {
    const letter = followUpInvitation({ ...facts, firstName: 'http://evil.test' })
    expect(letter.blocks[0]).toEqual({ type: 'paragraph', text: 'Hello,' })
    expect(letter.subject).toBe('Did it make it into practice?')
  })
})
