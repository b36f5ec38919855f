/** How a letter greets someone: the first part of their name, past a title. Never more of the name than that. */
export function firstName(name: string): string {
  const parts = name.trim().split(/\s+/)
  const [first = ''] = parts
  return parts.length > 1 && /^(dr|mr|mrs|ms|mx|miss|prof|professor|rev|sir|dame)\.?$/i.test(first)
    ? (parts[1] ?? '')
    : first
}
