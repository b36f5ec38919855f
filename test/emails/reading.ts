/** A letter as whoever reads it sees it, from its HTML and its text. */

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
export const decode = (html: string) => html.replace(/&(amp|lt|gt|quot|#39);/g, (_whole, name) => entities[name] ?? '')

/** The HTML without what nobody sees: head, comments, and the line beside the subject in a list of mail. */
export const body = (html: string) =>
  html
    .replace(/<head>[\s\S]*<\/head>/, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<div aria-hidden="true"[\s\S]*?<\/div>/, '')

export const seen = (html: string) => decode(body(html).replace(/<[^>]*>/g, ' '))
export const tags = (html: string) => [...body(html).matchAll(/<(\/?[a-z0-9]+)/g)].map(([, tag]) => tag)
export const hrefs = (html: string) => [...html.matchAll(/\shref="([^"]*)"/g)].map(([, href]) => decode(href ?? ''))
export const addresses = (text: string) => [...text.matchAll(/^https?:\/\/\S+$/gm)].map(([address]) => address)
/** Words alone: the two parts differ in signs, breaks and capitals, never in what they say. */
export const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
