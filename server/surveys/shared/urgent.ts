/**
 * Words that may mean someone is at risk now: a short closed list that errs on the side of telling. It will miss things, which
 * is why the lines beside every box say that nobody watches it.
 */
const urgent = [
  /\bsuicid/,
  /\bkill(ed|ing)? (my|him|her|them|your)sel(f|ves)\b/,
  /\b(end|ending|take|taking) (my|his|her|their) (own )?li(fe|ves)\b/,
  /\bself[ -]?harm(ed|ing|s)?\b/,
  /\bhurt(s|ing)? (my|him|her|them)sel(f|ves)\b/,
  /\boverdos(e|ed|ing)\b/,
  /\b(at|in) (immediate|serious|real) (risk|danger)\b/,
  /\b(at risk|in danger|not safe|unsafe) (now|today|tonight|at home|right now)\b/,
  /\bis (still )?being (abused|beaten|hit|raped|exploited|trafficked|locked|starved)\b/,
  /\b(he|she|they|someone) (is|are) (abusing|beating|raping|grooming|hitting)\b/,
  /\b(raped|sexually (abused|assaulted))\b/,
  /\b(has|with) a (knife|gun|weapon)\b/,
  /\bdisclosed\b.*\b(today|yesterday|this (morning|week|afternoon))\b/,
  /\b(nobody|no one|not) (has )?(told|reported|referred)\b/,
] as const

export function soundsUrgent(text: string): boolean {
  const plain = text.toLowerCase().replaceAll('’', "'").replace(/\s+/g, ' ')
  return urgent.some((pattern) => pattern.test(plain))
}
