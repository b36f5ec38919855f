/**
 * Where to go after signing in: `next` when it is an address of a page of ours, else the start page (trust.md S23).
 * @param next as it stands in the address, decoded once
 * @param pages paths of the pages, as `/events/:id`; only their first part is compared
 */
export function pageAfter(next: string | null | undefined, pages: Iterable<string>): string {
  // One slash, then no second one, no backslash, no control character: what browsers would read as another site.
  if (!next || !/^\/(?![/\\])[\w\-./~?=&%+:,@]*$/.test(next) || /%2f|%5c|%0|%1/i.test(next)) return '/'
  const first = next.split(/[?/]/)[1] ?? ''
  if (first === '' || first === 'sign-in' || next.includes('..')) return '/'
  for (const page of pages) if (page.split('/')[1] === first) return next
  return '/'
}
