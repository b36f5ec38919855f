// One of the pure files of this room: what someone answered about a course, told as they would tell it. Long by its phrases.
import type { Anchor, PracticeAnswer } from '#server/surveys/input.ts'
import { hoursInWords } from './claims.ts'

/** Everything is the person’s own answer, but the first five, which are the day’s. An answer not given is null or empty. */
export interface AccountFacts {
  course: string
  /** Finished words, such as "Thursday 24 September 2026". */
  dates: string
  hours: number
  participatoryHours: number
  /** Finished words: the day on which they answered. */
  answeredOn: string
  /** What they planned, in the order they said it; the first is what the follow-up asked about. */
  plans: readonly Plan[]
  /** Key of "When is the first chance to do it?" */
  firstChance: string | null
  practice: PracticeAnswer
  /** Key of "how often did your job give you a chance to do it?" */
  chance: string | null
  /** Only those they placed themselves on at least once. */
  outcomes: readonly PlacedOutcome[]
  /** Options of "What has been different since?", in the words they read. */
  difference: readonly { key: string; text: string; family: string | null }[]
  /** Key of "Would you have done this without the training?" */
  anyway: string | null
  /** Keys of "What helped?", "What got in the way?" and, at the end of the day, "What is most likely to get in the way?" */
  helped: readonly string[]
  inTheWay: readonly string[]
  foreseen: readonly string[]
  /** Keys of "Where could someone see it?" */
  whereSeen: readonly string[]
  /** Their own words, or what stands of them; empty when there are none. */
  example: string
}

/** `words`: the suggestion, or their own words as far as they still exist. */
export type Plan = { kind: 'suggestion' | 'own-words'; words: string } | { kind: 'nothing' | 'not-sure' }

export interface PlacedOutcome {
  text: string
  before: Anchor | null
  /** Where they said, looking back at the end of the day, they had really been before it. */
  lookingBack: Anchor | null
  end: Anchor | null
  now: Anchor | null
}

/** `said`: whole sentences made from their answers. `own`: their own words, as they wrote them. */
export type AccountParagraph = { said: readonly string[] } | { own: string }

export interface AccountPart {
  /** Null for the opening. */
  heading: string | null
  paragraphs: readonly AccountParagraph[]
  /** Left blank for the person to write in. */
  isToWrite?: true
}

export interface Account {
  title: string
  parts: readonly AccountPart[]
}

export const accountFoot =
  'Written for your own record, such as Social Work England, the NMC or a school portfolio. Check what your body asks for.'
export const accountExampleNotice = 'Example: everything in it is invented'

/**
 * The reflective account: the first person, whole sentences under headings that a portfolio knows. It says what was answered and
 * nothing else; what was left out leaves no gap. A heading stands only over something, but the last, which is theirs to write.
 */
export function reflectiveAccount(facts: AccountFacts): Account {
  const parts: AccountPart[] = [
    { heading: null, paragraphs: [opening(facts)] },
    { heading: 'What I learnt', paragraphs: learnt(facts) },
    { heading: 'What I did', paragraphs: did(facts) },
    { heading: 'What difference it made', paragraphs: difference(facts) },
    helpedOrNot(facts),
  ]
  return {
    title: `Reflective account: ${facts.course}`,
    parts: [
      ...parts.filter(({ paragraphs }) => paragraphs.length > 0),
      { heading: 'What I will do next', paragraphs: [], isToWrite: true },
    ],
  }
}

/**
 * The account as plain text, to paste into a form: own words in quotation marks, a place kept at the end.
 * @param partnership whom it was answered to
 */
export function accountText({ title, parts }: Account, partnership: string, isExample: boolean): string {
  const blocks = parts.flatMap(({ heading, paragraphs, isToWrite }) => [
    ...(heading === null ? [] : [heading]),
    ...paragraphs.map((one) => ('own' in one ? quoted(one.own) : one.said.join(' '))),
    ...(isToWrite ? ['[Room for my own words]'] : []),
  ])
  const notice = isExample ? [`${accountExampleNotice}.`] : []
  return `${[title, ...notice, ...blocks, accountFoot, accountSource(partnership)].join('\n\n')}\n`
}

/** Whom it was answered to, at the foot of what leaves the page. */
export const accountSource = (partnership: string) => `From what I answered to ${partnership}.`

/** Words in curly quotation marks: marks of their own around them are dropped, and those inside become single ones. */
export function quoted(words: string): string {
  const inside = unwrapped(words)
    .replace(/(^|[\s([–—-])["“”](?=\S)/g, '$1‘')
    .replace(/“/g, '‘')
    .replace(/["”]/g, '’')
  return `“${inside}”`
}

/** Without one pair of double marks around the whole. */
const unwrapped = (words: string) => words.trim().replace(/^["“”]([^"“”]+)["“”]$/, '$1')

function opening({ course, dates, hours, participatoryHours, answeredOn }: AccountFacts): AccountParagraph {
  const active =
    participatoryHours <= 0
      ? ''
      : participatoryHours >= hours
        ? ', all of it taking part'
        : `, of which ${hoursInWords(participatoryHours)} taking part`
  return {
    said: [
      `I took part in ${quoted(course)} on ${dates}.`,
      ...(hours > 0 ? [`It took ${hoursInWords(hours)}${active}.`] : []),
      `I looked back on it on ${answeredOn}.`,
    ],
  }
}

// What I learnt

/** Each anchor in a few words, of one learning outcome or of several alike. */
const stood: Record<Anchor, (it: 'it' | 'them') => { past: string; now: string }> = {
  'not-yet': (it) => ({ past: `I could not do ${it} yet`, now: `I cannot do ${it} yet` }),
  some: (it) => {
    const some = `do some of ${it === 'it' ? 'it' : 'each'}, with checking or asking`
    return { past: `I could ${some}`, now: `I can ${some}` }
  },
  good: (it) => ({ past: `I could do ${it} on my own`, now: `I can do ${it} on my own` }),
  strong: (it) => ({
    past: `I was strong at ${it}, and colleagues came to me about ${it}`,
    now: `I am strong at ${it}, and colleagues come to me about ${it}`,
  }),
}

/** The same path is told in other words each time, so that it does not read as a form. */
const tellings = [
  {
    first: 'before the day',
    thought: 'I would have said that',
    saw: 'looking back I saw that really',
    end: 'by the end of the day',
    now: 'now',
  },
  {
    first: 'to begin with',
    thought: 'I believed that',
    saw: 'afterwards I saw that in truth',
    end: 'when the day was over',
    now: 'now',
  },
  {
    first: 'at first',
    thought: 'I thought that',
    saw: 'after the day I could see that',
    end: 'when I left',
    now: 'today',
  },
] as const

function learnt({ outcomes }: AccountFacts): AccountParagraph[] {
  const placed = outcomes.filter(({ before, lookingBack, end, now }) => before ?? lookingBack ?? end ?? now)
  if (placed.length === 0) return []
  const alike = Map.groupBy(placed, ({ before, lookingBack, end, now }) => [before, lookingBack, end, now].join())
  return [
    { said: ['I compared where I stood with what the training set out to teach.'] },
    ...[...alike.values()].map((those, nth) => ({
      said: [...those.map(({ text }) => quoted(ended(capital(text)))), standing(those, nth)],
    })),
  ]
}

/** One sentence for outcomes with the same path, in the order of time. */
function standing(those: readonly PlacedOutcome[], nth: number): string {
  const [{ before, lookingBack, end, now } = { before: null, lookingBack: null, end: null, now: null }] = those
  const at = (anchor: Anchor) => stood[anchor](those.length > 1 ? 'them' : 'it')
  const telling = tellings[nth % tellings.length] ?? tellings[0]
  const start = lookingBack ?? before
  const clauses: string[] = []
  if (before !== null && lookingBack !== null && lookingBack !== before)
    clauses.push(`${telling.first} ${telling.thought} ${at(before).past}`, `${telling.saw} ${at(lookingBack).past}`)
  else if (before !== null) clauses.push(`${telling.first} ${at(before).past}`)
  else if (lookingBack !== null) clauses.push(`looking back, ${telling.first} ${at(lookingBack).past}`)
  if (end !== null && end === start && now === end)
    clauses.push(`that had not changed ${telling.end}, nor has it since`)
  else {
    if (end !== null)
      clauses.push(end === start ? `that had not changed ${telling.end}` : `${telling.end} ${at(end).past}`)
    if (now !== null) clauses.push(now === (end ?? start) ? 'that is still so' : `${telling.now} ${at(now).now}`)
  }
  return `${capital(clauses.join('; '))}.`
}

// What I did

const withPlan: Record<PracticeAnswer, string> = {
  already: 'I was already working this way.',
  routine: 'It is now part of how I work.',
  once: 'I have done it at least once.',
  started: 'I have started.',
  'not-yet': 'I have not done it yet.',
  'no-chance': 'No chance to do it has come up.',
  'did-not-fit': 'It did not fit my role or team.',
  left: 'I have since left that role, or been away.',
}

const withoutPlan: Record<PracticeAnswer, string> = {
  already: 'I was already working this way.',
  routine: 'What I have done differently because of it is now part of how I work.',
  once: 'I have done something differently because of it at least once.',
  started: 'I have started to do something differently because of it.',
  'not-yet': 'I have not done anything differently because of it yet.',
  'no-chance': 'No chance to do anything differently because of it has come up.',
  'did-not-fit': 'Doing something differently did not fit my role or team.',
  left: 'I have since left that role, or been away.',
}

/** Something has been done that could be watched, or could have been done anyway. */
const hasDone = (practice: PracticeAnswer) =>
  practice === 'already' || practice === 'routine' || practice === 'once' || practice === 'started'

const firstChances: Readonly<Record<string, string>> = {
  supervision: 'my next supervision',
  visit: 'my next visit, lesson or appointment',
  'team-meeting': 'our next team meeting',
  'multi-agency': 'the next meeting with other agencies',
}

const chances: Readonly<Record<string, string>> = {
  'not-at-all': 'no chance',
  'once-or-twice': 'a chance once or twice',
  'most-weeks': 'a chance most weeks',
  'most-days': 'a chance most days',
}

function did({ plans, firstChance, practice, chance }: AccountFacts): AccountParagraph[] {
  const paragraphs: AccountParagraph[] = []
  let open: string[] = []
  const say = (...sentences: string[]) => open.push(...sentences)
  const quote = (own: string) => {
    paragraphs.push({ said: open }, { own })
    open = []
  }
  const [first, ...others] = plans
  const isPlanned = first?.kind === 'suggestion' || first?.kind === 'own-words'
  if (first?.kind === 'suggestion') say(planned('At the end of the training I planned', first.words))
  if (first?.kind === 'own-words') {
    say('At the end of the training I wrote down what I would do differently.')
    if (first.words) quote(first.words)
  }
  if (first?.kind === 'nothing')
    say('At the end of the training I planned nothing new, because it confirmed what I do.')
  if (first?.kind === 'not-sure') say('At the end of the training I was not sure yet what I would do differently.')
  const expected = isPlanned ? firstChances[firstChance ?? ''] : undefined
  if (expected) say(`I thought that the first chance would be ${expected}.`)
  say((isPlanned ? withPlan : withoutPlan)[practice])
  const often = chances[chance ?? '']
  if (often && !(practice === 'no-chance' && chance === 'not-at-all'))
    say(`In the time since, my job gave me ${often}${often === 'no chance' ? ' to do it' : ''}.`)
  for (const other of others) {
    if (other.kind === 'suggestion') say(planned('I also planned', other.words), 'I was not asked what became of that.')
    else if (other.kind === 'own-words') {
      say('I also wrote down a plan in my own words, and was not asked what became of it.')
      if (other.words) quote(other.words)
    }
  }
  if (open.length) paragraphs.push({ said: open })
  return paragraphs
}

/** Suggestions begin with a verb; one that does not is quoted as it stands. */
function planned(opening: string, words: string): string {
  const plan = unwrapped(words)
  if (/^(I|I’\w+|I'\w+|My|We|Our)\b/.test(plan)) return `${opening} this: ${quoted(ended(plan))}`
  return ended(`${opening} to ${small(plan)}`)
}

// What difference it made

const attributed: Readonly<Record<string, string>> = {
  no: 'I would not have done what I did without the training.',
  partly: 'I would have done part of what I did without the training.',
  yes: 'I would have done what I did without the training too, because it was planned or required already.',
  'cannot-say': 'I cannot say whether I would have done what I did without the training.',
}

const places: Readonly<Record<string, string>> = {
  supervision: 'in a supervision record',
  recording: 'in case recording or an audit',
  minutes: 'in the minutes of a team meeting',
}

function difference(facts: AccountFacts): AccountParagraph[] {
  const isDone = hasDone(facts.practice)
  const made = differences(facts.difference)
  // Who was working this way already has said so.
  const anyway = isDone && facts.practice !== 'already' ? attributed[facts.anyway ?? ''] : undefined
  const seen = whereSeen(facts.whereSeen, facts.practice)
  return [
    ...[made, [...(anyway ? [anyway] : []), ...seen]].filter(({ length }) => length > 0).map((said) => ({ said })),
    ...(facts.example ? [{ said: ['I wrote about one time.'] }, { own: facts.example }] : []),
  ]
}

function differences(chosen: AccountFacts['difference']): string[] {
  const has = (key: string) => chosen.some((one) => one.key === key)
  const pointedTo = chosen.filter(({ key }) => key !== 'too-early' && key !== 'nothing')
  const families = [...new Set(pointedTo.map(({ family }) => family))]
  const sentences = families.map((family) => {
    const clauses = listedClauses(
      pointedTo.filter((one) => one.family === family).map(({ text }) => small(text.trim().replace(/\.$/, ''))),
    )
    return ended(capital(clauses))
  })
  const more = sentences.length > 0
  const early = more ? 'beyond that, it is too early to say' : 'it is too early to say what has been different'
  const nothing = `there is nothing ${more ? 'else ' : ''}I can point to`
  const rest = [...(has('too-early') ? [early] : []), ...(has('nothing') ? [nothing] : [])]
  return [...sentences, ...(rest.length ? [ended(capital(listedClauses(rest)))] : [])]
}

function whereSeen(keys: readonly string[], practice: PracticeAnswer): string[] {
  const seen = keys.map((key) => places[key]).filter((place) => place !== undefined)
  const isWatched = hasDone(practice) && keys.includes('observed')
  const what = practice === 'already' ? 'How I work' : hasDone(practice) ? 'What I did' : 'Where this stands'
  const written = `${what} can be seen ${listedWords(seen)}`
  return [
    ...(seen.length ? [`${written}${isWatched ? ', and someone watched me do it' : ''}.`] : []),
    ...(isWatched && !seen.length ? ['Someone watched me do it.'] : []),
    ...(keys.includes('not-written')
      ? [seen.length ? 'The rest is not written down anywhere.' : 'Nothing about it is written down anywhere.']
      : []),
  ]
}

// What helped and what got in the way

const helps: Readonly<Record<string, string>> = {
  time: 'time set aside for it',
  'a-case': 'a situation that came up soon after',
  manager: 'my manager or supervision',
  team: 'my team',
  systems: 'a form, tool or system',
  'another-agency': 'someone I know in another agency',
  materials: 'what we were given on the day',
}

const obstacles: Readonly<Record<string, string>> = {
  time: 'time and workload',
  'no-case': 'that no situation of this kind came up',
  manager: 'too little backing from my manager',
  'team-habits': 'how my team is used to working',
  systems: 'systems and forms',
  'another-agency': 'another agency',
  'unsure-how': 'not being sure how to start',
  'policy-changed': 'a policy or process that changed',
}

function helpedOrNot({ helped, inTheWay, foreseen }: AccountFacts): AccountPart {
  const help = named(helped, helps)
  const said = [
    ...(help ? [`What helped was ${help}.`] : []),
    ...(helped.includes('nothing') ? [help ? 'Nothing else in particular did.' : 'Nothing in particular helped.'] : []),
  ]
  const obstacle = named(inTheWay, obstacles)
  const hindered = [
    ...(obstacle ? [`What got in the way was ${obstacle}.`] : []),
    ...(inTheWay.includes('nothing') ? [obstacle ? 'Nothing else did.' : 'Nothing got in the way.'] : []),
  ]
  if (hindered.length) hindered.push(...expectedBefore(inTheWay, foreseen))
  const heading = !hindered.length
    ? 'What helped'
    : said.length
      ? 'What helped and what got in the way'
      : 'What got in the way'
  return {
    heading,
    paragraphs: [said, hindered].filter(({ length }) => length > 0).map((sentences) => ({ said: sentences })),
  }
}

/** What was expected at the end of the day, beside what came. */
function expectedBefore(inTheWay: readonly string[], foreseen: readonly string[]): string[] {
  const expected = named(foreseen, { ...obstacles, 'no-case': 'the lack of a situation of this kind' })
  if (!expected && !foreseen.includes('nothing')) return []
  if (foreseen.length === inTheWay.length && foreseen.every((key) => inTheWay.includes(key)))
    return ['That is what I had expected at the end of the day.']
  if (!expected) return ['At the end of the day I had thought that nothing would.']
  return named(inTheWay, obstacles)
    ? [`At the end of the day I had named ${expected} as most likely.`]
    : [`At the end of the day I had expected otherwise: ${expected}.`]
}

const named = (keys: readonly string[], phrases: Readonly<Record<string, string>>): string =>
  listedWords(keys.map((key) => phrases[key]).filter((phrase) => phrase !== undefined))

// Sentences

/** "A and B", a clause last; a comma before the last "and" where one is a clause or has an "and" or a comma of its own. */
function listedWords(unordered: readonly string[]): string {
  const words = [...unordered].sort((a, b) => Number(a.startsWith('that ')) - Number(b.startsWith('that ')))
  if (words.length < 2) return words[0] ?? ''
  const comma = words.some((one) => /^that |,| and /.test(one)) ? ',' : ''
  return `${words.slice(0, -1).join(', ')}${comma} and ${words.at(-1)}`
}

/** Whole clauses always take the comma. */
function listedClauses(clauses: readonly string[]): string {
  return clauses.length < 2 ? (clauses[0] ?? '') : `${clauses.slice(0, -1).join(', ')}, and ${clauses.at(-1)}`
}

const capital = (words: string) => words.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase())

/** As it stands inside a sentence: "I" and abbreviations keep their capitals. */
const small = (words: string) =>
  /^(I\b|\p{Lu}{2}|\p{Lu}\.)/u.test(words) ? words : words.replace(/^\p{Lu}/u, (letter) => letter.toLowerCase())

const ended = (words: string) => (/[.!?][”’"']?$/.test(words.trim()) ? words.trim() : `${words.trim()}.`)
