/*
 * What in a text may tell who someone is: deterministic rules of our own, for the hints beside a box and for the check before a
 * person clears (survey-impact.md E.3). They find what is likely and say why; they never block and never change a text. They
 * miss things: a name in small letters, or at the start of a sentence, cannot be told from another word.
 */
import { isOrdinary, ordinaryPhrases } from './ordinary-capitals.ts'

export const identifierClasses = [
  'name',
  'date',
  'age',
  'place',
  'school',
  'number',
  'phone',
  'email',
  'postcode',
  'reference',
] as const
export type IdentifierClass = (typeof identifierClasses)[number]

/** Characters `from` up to `to` look like this, and why. */
export interface Identifier {
  from: number
  to: number
  is: IdentifierClass
  why: string
}

export const classWords: Record<IdentifierClass, string> = {
  name: 'a name',
  date: 'a date',
  age: 'an age',
  place: 'a place or an address',
  school: 'a school or service',
  number: 'a personal number',
  phone: 'a phone number',
  email: 'an email address',
  postcode: 'a postcode',
  reference: 'a reference',
}

export const markers: Record<IdentifierClass, string> = {
  name: '[name removed]',
  date: '[date removed]',
  age: '[age removed]',
  place: '[place removed]',
  school: '[organisation removed]',
  number: '[number removed]',
  phone: '[phone number removed]',
  email: '[email address removed]',
  postcode: '[postcode removed]',
  reference: '[reference removed]',
}

/** The text with a marker in place of each, for a person to look over. */
export function withMarkers(text: string, found: readonly Identifier[]): string {
  let from = 0
  const parts: string[] = []
  for (const one of found) {
    parts.push(text.slice(from, one.from), markers[one.is])
    from = one.to
  }
  return [...parts, text.slice(from)].join('')
}

/** A rule's pattern marks what it finds with the group `it`, or finds it whole. */
interface Rule {
  is: IdentifierClass
  why: string
  pattern: RegExp
  isMeant?: (found: string, before: string, after: string) => boolean
}

// Parts of patterns. A word's edge is asked for by hand, since \b knows no letter with an accent.
const edge = '(?<![\\p{L}\\p{M}\\d])'
const end = '(?![\\p{L}\\p{M}\\d])'
/** A word with a capital letter, such as Kaiya, O’Riordan, Adebayo-Thorne, D’Andre; not the ’s of a possessive. */
const capital = "\\p{Lu}[\\p{L}\\p{M}]*(?:(?:['’](?!s(?![\\p{L}]))|-)[\\p{L}\\p{M}]+)*"
const particle = '(?:ap|ab|bin|bint|ibn|al|el|de|da|dos|du|van|von|der|den|le|la|ter|y|e)'
const fullName = `${capital}(?: (?:${particle} )*${capital})*`
const month =
  '(?:[Jj]an(?:uary)?|[Ff]eb(?:ruary)?|[Mm]ar(?:ch)?|[Aa]pr(?:il)?|May|[Jj]une?|[Jj]uly?|[Aa]ug(?:ust)?|[Ss]ept?(?:ember)?|[Oo]ct(?:ober)?|[Nn]ov(?:ember)?|[Dd]ec(?:ember)?)'
const numberWord =
  '(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)'
const family =
  '(?:mum|mummy|mam|mom|mother|dad|daddy|father|parents?|brothers?|sisters?|siblings?|gran|granny|nan|nana|nanny|grand(?:ma|pa|dad|mother|father|parents)|uncle|aunt|auntie|aunty|cousins?|partner|boyfriend|girlfriend|husband|wife|step-?\\p{L}+|foster \\p{L}+|half-?(?:brother|sister)|son|daughter|baby)'
const belonging = `(?:${family}|family|carers?|children|child|social worker|key ?worker|teacher|head ?teacher|health visitor|school|nursery|house|home|bedroom|case|file|plan|records?|behaviour|attendance|wishes|voice|story|bruis\\p{L}+|injur\\p{L}+|class)`
const road = '(?:Road|Rd|Street|Avenue|Ave|Lane|Close|Crescent|Drive|Terrace|Gardens|Grove|Mews)'
const house = `(?:${road.slice(3, -1)}|St|Way|Court|Place|House|Hill|Row|Walk|Square|Park|Parade|Green|Rise|View|Buildings)`
const establishment =
  "(?:[Pp]rimary|[Ii]nfants?|[Jj]uniors?|[Ss]econdary|High|[Gg]rammar|[Aa]cademy|[Ss]chool|[Ss]ixth [Ff]orm|[Cc]ollege|[Uu]niversity|[Nn]ursery|[Pp]re-?[Ss]chool|[Kk]indergarten|[Pp]laygroup|[Hh]ospital|[Ii]nfirmary|[Hh]ospice|[Ss]urgery|[Cc]linic|[Mm]edical (?:[Cc]entre|[Pp]ractice)|[Hh]ealth [Cc]entre|(?:[Rr]esidential |[Nn]ursing |[Cc]are )[Hh]ome|[Cc]hildren['’]s (?:[Hh]ome|[Cc]entre)|[Dd]ay [Cc]entre|[Yy]outh (?:[Cc]lub|[Cc]entre)|[Ff]amily (?:[Cc]entre|[Hh]ub)|[Cc]hurch|[Mm]osque|[Gg]urdwara|[Ss]ynagogue|[Mm]andir)"

const rule = (
  is: IdentifierClass,
  why: string,
  source: string,
  { flags = 'gu', isMeant }: { flags?: string; isMeant?: Rule['isMeant'] } = {},
): Rule => ({ is, why, pattern: new RegExp(source, flags), ...(isMeant ? { isMeant } : {}) })

const isYear = (digits: string) => /^(?:19|20)\d\d$/.test(digits)
const hasUnusual = (found: string) =>
  (found.match(/[\p{Lu}][\p{L}\p{M}'’-]*/gu) ?? []).some((word) => !isOrdinary(word))

/** In order: what an earlier rule has taken is not looked at again. */
const rules: readonly Rule[] = [
  rule('email', 'an @ between words', '[\\p{L}\\d._%+-]+@[\\p{L}\\d-]+(?:\\.[\\p{L}\\d-]+)+'),
  rule(
    'number',
    'two letters, six digits and a letter, as in a National Insurance number',
    `${edge}[A-Z]{2} ?\\d{2} ?\\d{2} ?\\d{2} ?[A-D]${end}`,
    { flags: 'giu' },
  ),
  rule(
    'date',
    'day, month and year',
    `${edge}(?:\\d{1,2}([./-])\\d{1,2}\\1(?:\\d{4}|\\d{2})|(?:19|20)\\d\\d-\\d\\d-\\d\\d)${end}`,
  ),
  rule(
    'date',
    'a day of a month',
    `${edge}\\d{1,2}(?:st|nd|rd|th)?(?: of)? ${month}(?:\\.?,? (?:\\d{4}|['’]?\\d{2}))?${end}`,
  ),
  rule(
    'date',
    'a day of a month',
    `${edge}${month} (?:the )?\\d{1,2}(?:(?:st|nd|rd|th)(?:,? \\d{4})?|,? \\d{4}|(?=[.,;!?)]|$))${end}`,
  ),
  rule('date', 'when someone was born', `${edge}born (?:in |on )?(?:${month} )?(?:19|20)\\d\\d${end}`),
  rule(
    'phone',
    'digits as in a phone number',
    '(?<![\\p{L}\\d])(?:\\+\\d{1,3}[ -]?(?:\\(0\\))?|\\(?0)\\d(?:[ ()-]{0,2}\\d){7,10}(?![\\p{L}\\d])',
    {
      // A number that begins with 03 or 08 is an organisation's, such as a helpline's.
      isMeant: (found) => !/^0[38]/.test(found),
    },
  ),
  rule(
    'reference',
    'a number after a word such as case or reference',
    `${edge}(?<!in )(?:case|crime|ref(?:erence)?|file|incident|log|cad|urn|id|mosaic|niche|liquidlogic|lcs)(?: (?:no\\.?|number|ref(?:erence)?|id))?[ :.#]{1,3}(?<it>[A-Z]{0,5}[-/]?\\d[\\dA-Z/-]{2,})${end}`,
    {
      flags: 'giu',
      isMeant: (found) => !isYear(found) && !/^(?:19|20)\d\d[-/]\d\d(?:\d\d)?$/.test(found),
    },
  ),
  rule(
    'reference',
    'letters and digits as in a case system',
    `${edge}[A-Z]{2,5}(?:[-/]?\\d{4,}| \\d{5,})(?:/\\d+)?${end}`,
    {
      isMeant: (found) => !isYear(found.replace(/\D/g, '')),
    },
  ),
  rule(
    'number',
    'a run of eight or more digits, as in an NHS number or a case number',
    '(?<![\\p{L}\\d])[A-Za-z]?\\d(?:[ -]?\\d){7,}(?![\\p{L}\\d])',
    {
      isMeant: (found) => !/^(?:19|20)\d\d[ -](?:19|20)\d\d$/.test(found) && !/^0[38]/.test(found),
    },
  ),
  rule(
    'postcode',
    'letters and digits as in a postcode',
    `${edge}(?!KS\\d)[A-Z]{1,2}\\d[A-Z\\d]? ?\\d(?!st|nd|rd|th)[ABD-HJLNP-UW-Z]{2}${end}`,
    { flags: 'giu' },
  ),
  rule('postcode', 'the first half of a postcode', `${edge}[A-Z]{1,2}\\d{1,2}[A-Z]?(?= (?:postcode|post code)${end})`),
  rule(
    'age',
    'how old someone is',
    `${edge}(?:\\d{1,3}|${numberWord})[ -]?(?:years?|yrs?|months?|mths?|weeks?|wks?)[ -](?:old|of age)${end}`,
    { flags: 'giu' },
  ),
  rule('age', 'how old someone is', `${edge}\\d{1,3} ?(?:yo|y/o|y\\.o\\.?)${end}`, { flags: 'giu' }),
  rule(
    'age',
    'how old someone is',
    `${edge}(?<!(?:up to|until|under|over|from) )age(?:d|d only|d just)? (?:\\d{1,3}|${numberWord})${end}(?!\\s?(?:to|-|–|and (?:over|under|above)|or (?:over|under)|plus|\\+))`,
    { flags: 'giu' },
  ),
  rule(
    'age',
    'a school year tells how old a child is',
    `${edge}(?:(?:[Yy]ear|[Yy]r)s? ?(?:group )?(?:1[0-3]|[1-9])|Y(?:1[0-3]|[1-9]))${end}(?! of )`,
  ),
  rule(
    'age',
    'how old someone is',
    `${edge}(?:\\d{1,3}(?:st|nd|rd|th) birthday|turn(?:ed|s|ing) (?:\\d{1,2}|${numberWord})|(?:child|boy|girl|baby) of (?:\\d{1,2}|${numberWord}))${end}`,
  ),
  rule(
    'age',
    'how old someone is',
    `${edge}(?<=(?:he|she|who|child|boy|girl|baby|son|daughter|brother|sister|mum|dad|${capital}) )(?:is|was) (?:only |just |now |nearly |about )?\\d{1,2}(?=[.,;!?)]|$| (?:when|and|now|but|at|then|years?)${end})`,
  ),
  rule(
    'school',
    'a saint’s name, as of a school or church',
    `${edge}(?<!\\d )(?:St\\.? ${capital}(?:['’]s)?|st\\.? \\p{Ll}+['’]?s)(?: (?:C ?of ?E|CE|RC|Catholic|${establishment}))*${end}`,
  ),
  rule(
    'school',
    'a name with a word such as school, nursery or hospital',
    `${edge}(?<it>(?:${capital}(?:['’]s)? (?:(?:of|the|and|&|on|in|upon) )*)+${establishment}(?: ${establishment})*)${end}`,
    {
      isMeant: (found) => hasUnusual(found.replace(new RegExp(`(?: ${establishment})+$`, 'u'), '')),
    },
  ),
  rule('place', 'a house number and a street', `${edge}\\d{1,4}[a-z]?,? (?:${capital}(?:['’]s)? ){1,4}?${house}${end}`),
  rule(
    'place',
    'a house number and a street',
    `${edge}\\d{1,4}[a-z]? (?!(?:the|my|a|our|their|down|up|of|in|on|people|children|minutes|miles|metres) )(?:\\p{Ll}+ ){1,2}(?:road|rd|street|avenue|ave|close|lane|crescent)${end}`,
    {
      isMeant: (found) =>
        !/ (?:the|my|a|our|their|down|up|of|in|on|to|at|very) /.test(found) &&
        !/^\d+ (?:people|children|families|were|was|are|is|got|came|minutes?|miles?|times?|visits?) /.test(found),
    },
  ),
  rule('place', 'a street', `${edge}(?:${capital}(?:['’]s)? )+${road}${end}`, {
    isMeant: (found) => hasUnusual(found.replace(new RegExp(` ${road}$`, 'u'), '')),
  }),
  rule('place', 'a flat’s number', `${edge}flat (?:no\\.? ?)?\\d+[a-z]?${end}`, { flags: 'giu' }),
  rule('name', 'a title before a name', `${edge}(?:Mr|Mrs|Ms|Miss|Mx|Dr|Cllr|PC|DC|DS|DI|DCI|Sgt)\\.? ${fullName}`),
  rule(
    'name',
    'a title before a name',
    `${edge}(?:Master|Doctor|Prof|Professor|Rev|Reverend|Father|Sister|Brother|Imam|Rabbi|Pastor|Sir|Lady|Lord|Councillor|PCSO|Sergeant|Inspector|Constable|Nurse|Aunt|Auntie|Aunty|Uncle|Nana|Nan|Nanny|Gran|Granny|Grandma|Grandad|Grandpa|Judge|Baby)\\.? ${fullName}`,
    {
      isMeant: (found) => !isOrdinary(found.split(' ')[1] ?? ''),
    },
  ),
  rule('name', 'a title before a name', `${edge}(?:mrs?|dr)\\.? (?!and${end})\\p{Ll}{3,}${end}`),
  rule(
    'name',
    'someone called this',
    `${edge}(?:boy|girl|lad|child|son|daughter|baby|pupil|student|woman|man|patient|client|resident|mum|dad|mother|father|brother|sister) (?:called|named) (?<it>\\p{L}[\\p{L}\\p{M}'’-]+)${end}`,
  ),
  rule(
    'name',
    'someone or something of theirs follows',
    `${edge}(?<it>${fullName})['’]s? (?:\\p{Ll}+ )?${belonging}${end}`,
    {
      isMeant: (found) => !isOrdinary(found.split(' ')[0] ?? ''),
    },
  ),
  rule('name', 'someone or something of theirs follows', `${edge}(?<it>\\p{Ll}[\\p{L}\\p{M}-]+)['’]s ${family}${end}`, {
    isMeant: (found) => !isOrdinary(found),
  }),
  rule('name', 'an age stands beside it', `${edge}(?<it>${fullName})(?=,? \\(?(?:aged )?\\d{1,2}[,)])`, {
    isMeant: (found) => !isOrdinary(found.split(' ')[0] ?? '') && !/^\p{Lu}{2,5}$/u.test(found),
  }),
  rule(
    'age',
    'a number after a name',
    `(?<=${edge}${capital},? \\(?)\\d{1,2}(?=\\)|, (?:was|is|who|has|had|from|and))`,
  ),
  rule(
    'name',
    'initials',
    `${edge}(?!(?:U\\.K|N\\.B|P\\.S|E\\.G|I\\.E|N\\.H\\.S|D\\.O\\.B|A\\.S\\.A|G\\.P)\\.)(?:\\p{Lu}\\.){2,3}(?![\\p{L}\\d])`,
  ),
  rule('name', 'initials', `${edge}initials?(?: (?:are|is|of))? (?<it>\\p{Lu}{2,3})${end}`),
]

/** Everything in the text that may tell who someone is, in order, none overlapping. */
export function findIdentifiers(text: string): Identifier[] {
  const found: Identifier[] = []
  const isTaken = (from: number, to: number) => found.some((one) => from < one.to && to > one.from)
  for (const { is, why, pattern, isMeant } of rules)
    for (const match of text.matchAll(pattern)) {
      const it = match.groups?.it ?? match[0]
      // A reference is marked with the word before it; of what else is named, the name alone.
      const isWhole = match.groups?.it === undefined || is === 'reference'
      const from = match.index + (isWhole ? 0 : match[0].indexOf(it))
      const words = isWhole ? match[0] : it
      const trimmed =
        is === 'school' || (is === 'place' && /^\p{Lu}/u.test(words)) ? withoutStart(text, from, words) : words
      const start = from + words.length - trimmed.length
      if (isTaken(start, from + words.length)) continue
      if (
        isMeant &&
        !isMeant(match.groups?.it === undefined ? trimmed : is === 'school' ? trimmed : it, text.slice(0, from), text)
      )
        continue
      found.push({ from: start, to: from + words.length, is, why })
    }
  for (const one of capitals(text, isTaken)) found.push(one)
  return found.sort((a, b) => a.from - b.from)
}

/** Without the ordinary words that only stand before a name, such as "At" or "Our" at a sentence's start. */
function withoutStart(text: string, from: number, words: string): string {
  let rest = words
  for (let at = from; ; ) {
    const [first = '', space = ''] = /^(\S+)(\s+)?/.exec(rest)?.slice(1) ?? []
    if (!space || !beginsSentence(text, at) || !isOrdinary(first) || /^(?:St|High|North|South|East|West)$/.test(first))
      return rest
    rest = rest.slice(first.length + space.length)
    at += first.length + space.length
  }
}

/** Whether a capital letter at this place says only that a sentence begins. */
function beginsSentence(text: string, at: number): boolean {
  const before = text.slice(0, at).replace(/[\s"'“”‘’([*]+$/u, (gap) => (gap.includes('\n') ? '\n' : ''))
  if (before === '' || before.endsWith('\n')) return true
  if (/(?:^|\n)\s*(?:[-–—•>]|\d{1,2}[.)])$/u.test(before)) return true
  if (!/[.!?:…]$/u.test(before)) return false
  return !/(?:^|[\s(])(?:e\.g|i\.e|Mrs?|Ms|Dr|St|Rev|Prof|No|ref|vs|approx|\p{Lu})\.$/u.test(before)
}

const tellsOfPerson =
  /^ (?:has |had |have )?(?:also |then |never |later |now |still )?(?:said|says|told|tells|disclosed|confided|lives|lived|attends|cried|refused|confirmed|explained|thinks|feels|felt|arrived|texted|phoned|whispered|rang|opened up|ran away|went missing|moved in|moved out|(?:is|was|seemed|seems) (?:very |so |really |often |always |too )?(?:quiet|upset|scared|frightened|crying|hungry|tired|bruised|missing|absent|withdrawn|unhappy|happier|tearful|alone|pregnant))(?!\p{L})/u
/** "Kaiya and her brother", "Kaiya, who is" */
const isWithTheirs = /^(?: and (?:I|(?:his|her|their) (?!own))|, (?:who|whose|aged)(?!\p{L})| \(?aged )/u

/** Capital letters in the middle of a sentence that no list of ordinary ones explains. */
function capitals(text: string, isTaken: (from: number, to: number) => boolean): Identifier[] {
  const phrases = [...text.matchAll(ordinaryPhrases)].map(({ index, 0: { length } }) => ({
    from: index,
    to: index + length,
  }))
  const isExplained = (from: number, to: number) => phrases.some((one) => from < one.to && to > one.from)
  const isShouted = (text.match(/\p{Lu}/gu) ?? []).length > (text.match(/\p{Ll}/gu) ?? []).length
  const isName = (word: string, at: number): boolean => {
    if (word.length < 2 || isTaken(at, at + word.length) || isExplained(at, at + word.length) || isOrdinary(word))
      return false
    if (/[\d@&/]/.test(text[at + word.length] ?? '') || /[@/.&]$/.test(text.slice(0, at))) return false
    // Short words of capitals alone are acronyms; longer ones may be a name that is shouted.
    if (/^[\p{Lu}-]+s?$/u.test(word)) return word.length > 5 && !isShouted
    return true
  }
  const found: Identifier[] = []
  for (const match of text.matchAll(new RegExp(`${edge}${fullName}`, 'gu'))) {
    const names: { word: string; from: number; to: number }[] = []
    for (const { 0: word, index } of match[0].matchAll(new RegExp(`${edge}${capital}`, 'gu'))) {
      const from = match.index + index
      const to = from + word.length
      if (!isName(word, from)) continue
      if (beginsSentence(text, from)) {
        const rest = text.slice(to)
        const next = new RegExp(`^ (?:${particle} )*(${capital})`, 'u').exec(rest)
        const isBeforeName = next?.[1] !== undefined && isName(next[1], to + next[0].length - next[1].length)
        const isVerb = /(?:ing|ed)$/.test(word) && word.length > 5
        if (!tellsOfPerson.test(rest) && !isWithTheirs.test(rest) && !(isBeforeName && !isVerb)) continue
      }
      names.push({ word, from, to })
    }
    // A surname may be an ordinary word: "Kaiya Ward".
    const lastName = names.at(-1)
    const surname =
      lastName &&
      new RegExp(`^ (${capital})${end}(?! \\p{Lu})`, 'u').exec(
        text.slice(lastName.to, match.index + match[0].length),
      )?.[1]
    if (lastName && surname && /\p{Ll}/u.test(surname) && !isTaken(lastName.to, lastName.to + 1 + surname.length))
      lastName.to += 1 + surname.length
    let last: Identifier | undefined
    for (const { from, to } of names) {
      const between = last ? text.slice(last.to, from) : ''
      if (last && new RegExp(`^ (?:${particle} )*$`, 'u').test(between)) last.to = to
      else {
        const isPlace =
          /(?:^|[\s(])(?:in|near|(?:moved?|came|comes?|is|are|drove|travel\p{L}+|back) (?:from|to))$/iu.test(
            text.slice(0, from).trimEnd(),
          )
        last = { from, to, is: isPlace ? 'place' : 'name', why: 'a capital letter inside a sentence' }
        found.push(last)
      }
    }
  }
  return found
}
