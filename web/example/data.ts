import { query } from '@solidjs/router'
import { api } from '#web/api.ts'

/** One kept e-mail, as GET /example/mail and /example/mail/:id give it. */
export type Letter = {
  id: number
  to: string
  subject: string
  /** An instant in ms UTC. */
  sentAt: number
  html: string
  text: string
  headers: Record<string, string>
  /** `content` is base64. */
  attachments: { filename: string; type: string; content: string }[]
}

export interface Mail {
  letters: Letter[]
  /** How many there are in all. */
  found: number
}

/** How many letters stand on a page: the server counts by as many. */
export const perPage = 40

/** One page of those whose address or subject has these words, newest first. */
export const getMail = query(async (find: string, page: number): Promise<Mail> => {
  const answer = await fetch(`/example/mail?${new URLSearchParams({ find, page: String(page) })}`)
  const letters = await api<Letter[]>(Promise.resolve(answer))
  return { letters, found: Number(answer.headers.get('X-Total-Count') ?? letters.length) }
}, 'mail')

export const getLetter = query(async (id: string) => api<Letter>(fetch(`/example/mail/${id}`)), 'letter')

/** The links of a letter in order, each once: the frame that shows it may not leave itself. */
export function linksOf(letter: Letter): { href: string; words: string }[] {
  // Its styles are for its own frame; here our policy would refuse each of them, aloud.
  const page = new DOMParser().parseFromString(letter.html.replaceAll(/ style="[^"]*"/g, ''), 'text/html')
  const links = [...page.querySelectorAll('a[href]')].map((link) => ({
    href: link.getAttribute('href')!,
    words: link.textContent?.trim() || link.getAttribute('href')!,
  }))
  return links.filter(
    ({ href }, index) => /^https?:/.test(href) && links.findIndex((other) => other.href === href) === index,
  )
}

/** The address within this site, or the whole one when it leads elsewhere. */
export function localHref(href: string): string {
  const url = new URL(href)
  const isLocal = url.host === location.host || ['localhost', '127.0.0.1'].includes(url.hostname)
  return isLocal ? url.pathname + url.search + url.hash : href
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
}
