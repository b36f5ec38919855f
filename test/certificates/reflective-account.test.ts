import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AccountFacts,
  type AccountPart,
  accountFoot,
  accountText,
  type Plan,
  quoted,
  reflectiveAccount,
} from '#server/certificates/shared/reflective-account.ts'
import { type Anchor, anchors, type PracticeAnswer, practiceAnswers } from '#server/surveys/input.ts'
import { followUpInstrument } from '#server/surveys/shared/instruments.ts'

const optionsOf = (key: string) => followUpInstrument.questions.find((one) => one.key === key)!.options
const keysOf = (key: string) => optionsOf(key).map((option) => option.key)

/** Nothing but the day and question one: what a single press gives. */
const core: AccountFacts = {
  course: 'Recognising neglect',
  dates: 'Tuesday 15 September 2026',
  hours: 6,
  participatoryHours: 4.5,
  answeredOn: 'Tuesday 15 December 2026',
  plans: [{ kind: 'suggestion', words: 'Use the neglect toolkit with one family' }],
  firstChance: null,
  practice: 'once',
  chance: null,
  outcomes: [],
  difference: [],
  anyway: null,
  helped: [],
  inTheWay: [],
  foreseen: [],
  whereSeen: [],
  example: '',
}

const told = (facts: Partial<AccountFacts>, heading: string | null = 'What I did') => {
  const part = reflectiveAccount({ ...core, ...facts }).parts.find((one) => one.heading === heading)
  return (part?.paragraphs ?? []).map((one) => ('own' in one ? `<${one.own}>` : one.said.join(' '))).join('\n')
}
const headings = (facts: Partial<AccountFacts>) =>
  reflectiveAccount({ ...core, ...facts }).parts.map(({ heading }) => heading)

describe('the reflective account', () => {
  it('of one press is a short honest account, with room for what comes next', () => {
    expect(reflectiveAccount(core).title).toBe('Reflective account: Recognising neglect')
    expect(headings({})).toEqual([null, 'What I did', 'What I will do next'])
    expect(told({}, null)).toBe(
      'I took part in “Recognising neglect” on Tuesday 15 September 2026. It took 6 hours, of which 4.5 hours taking part. I looked back on it on Tuesday 15 December 2026.',
    )
    expect(told({})).toBe(
      'At the end of the training I planned to use the neglect toolkit with one family. I have done it at least once.',
    )
  })

  it.each<[PracticeAnswer, string, string]>([
    ['already', 'I was already working this way.', 'I was already working this way.'],
    [
      'routine',
      'It is now part of how I work.',
      'What I have done differently because of it is now part of how I work.',
    ],
    ['once', 'I have done it at least once.', 'I have done something differently because of it at least once.'],
    ['started', 'I have started.', 'I have started to do something differently because of it.'],
    ['not-yet', 'I have not done it yet.', 'I have not done anything differently because of it yet.'],
    ['no-chance', 'No chance to do it has come up.', 'No chance to do anything differently because of it has come up.'],
    ['did-not-fit', 'It did not fit my role or team.', 'Doing something differently did not fit my role or team.'],
    ['left', 'I have since left that role, or been away.', 'I have since left that role, or been away.'],
  ])('says “%s” as it was answered, with a plan and without', (practice, withPlan, without) => {
    expect(told({ practice })).toContain(`with one family. ${withPlan}`)
    expect(told({ practice, plans: [] })).toBe(without)
    expect(told({ practice, plans: [{ kind: 'nothing' }] })).toBe(
      `At the end of the training I planned nothing new, because it confirmed what I do. ${without}`,
    )
    expect(told({ practice, plans: [{ kind: 'not-sure' }] })).toBe(
      `At the end of the training I was not sure yet what I would do differently. ${without}`,
    )
  })

  it('gives their own words as they stand, and does without them when they are gone', () => {
    const own = (words: string): Plan[] => [{ kind: 'own-words', words }]
    expect(told({ plans: own('ring Jo first!!'), firstChance: 'team-meeting' })).toBe(
      'At the end of the training I wrote down what I would do differently.\n<ring Jo first!!>\nI thought that the first chance would be our next team meeting. I have done it at least once.',
    )
    expect(told({ plans: own('') })).toBe(
      'At the end of the training I wrote down what I would do differently. I have done it at least once.',
    )
    expect(told({ example: 'We sat on the floor' }, 'What difference it made')).toBe(
      'I wrote about one time.\n<We sat on the floor>',
    )
  })

  it('does not pretend to know what became of a second plan', () => {
    const second: Plan = { kind: 'suggestion', words: 'Ask “what would have to change?”' }
    expect(told({ plans: [...core.plans, second] })).toContain(
      'I also planned to ask “what would have to change?” I was not asked what became of that.',
    )
  })

  it('keeps a capital that belongs to the word, and quotes a plan that is no verb', () => {
    const plan = (words: string) => told({ plans: [{ kind: 'suggestion', words }] })
    expect(plan('MARAC: refer when it says so')).toContain('planned to MARAC: refer when it says so.')
    expect(plan('I will ring the front door.')).toContain('planned this: “I will ring the front door.” I have')
  })

  it('tells where they stood before, at the end and now, and when nothing moved', () => {
    const at = (before: Anchor | null, lookingBack: Anchor | null, end: Anchor | null, now: Anchor | null) =>
      told({ outcomes: [{ text: 'I can say why', before, lookingBack, end, now }] }, 'What I learnt')
        .split('\n')
        .at(-1)
    expect(at('not-yet', 'not-yet', 'some', 'strong')).toBe(
      '“I can say why.” Before the day I could not do it yet; by the end of the day I could do some of it, with checking or asking; now I am strong at it, and colleagues come to me about it.',
    )
    expect(at('good', 'some', 'good', 'good')).toBe(
      '“I can say why.” Before the day I would have said that I could do it on my own; looking back I saw that really I could do some of it, with checking or asking; by the end of the day I could do it on my own; that is still so.',
    )
    expect(at(null, 'not-yet', 'not-yet', 'not-yet')).toBe(
      '“I can say why.” Looking back, before the day I could not do it yet; that had not changed by the end of the day, nor has it since.',
    )
    expect(at(null, null, null, 'some')).toBe('“I can say why.” Now I can do some of it, with checking or asking.')
    // Gone back: as honest as gone on.
    expect(at('some', null, 'strong', 'good')).toMatch(/now I can do it on my own\.$/)
    expect(at(null, null, null, null)).toBe('')
  })

  it('tells of outcomes with the same path in one sentence, and of the next path in other words', () => {
    const path = { before: 'good', lookingBack: 'some', end: 'good', now: 'strong' } as const
    const said = told(
      {
        outcomes: [
          { text: 'say why', ...path },
          { text: 'recognise it', ...path },
          { text: 'ring someone', ...path, now: 'good' },
        ],
      },
      'What I learnt',
    ).split('\n')
    expect(said.slice(1)).toEqual([
      '“Say why.” “Recognise it.” Before the day I would have said that I could do them on my own; looking back I saw that really I could do some of each, with checking or asking; by the end of the day I could do them on my own; now I am strong at them, and colleagues come to me about them.',
      '“Ring someone.” To begin with I believed that I could do it on my own; afterwards I saw that in truth I could do some of it, with checking or asking; when the day was over I could do it on my own; that is still so.',
    ])
  })

  it.each(practiceAnswers)('mentions a second plan in their own words after “%s” too', (practice) => {
    const plans: Plan[] = [...core.plans, { kind: 'own-words', words: 'Ring Jo' }]
    expect(told({ practice, plans })).toMatch(/I also wrote down a plan in my own words[^\n]*\n<Ring Jo>$/)
  })

  it('says what was different, and that there was nothing, in the words they chose', () => {
    const different = (...keys: string[]) =>
      told(
        {
          difference: optionsOf('difference')
            .filter(({ key }) => keys.includes(key))
            .map(({ key, text, family }) => ({ key, text, family: family ?? null })),
        },
        'What difference it made',
      )
    expect(different('shared-sooner', 'plan-changed', 'form-changed', 'raised-it', 'confident-to-ask')).toBe(
      'Information was shared sooner, and a plan was changed. We changed a form, a policy or a routine, and I raised it with another agency. I am more confident to ask.',
    )
    expect(different('too-early')).toBe('It is too early to say what has been different.')
    expect(different('passed-on', 'too-early', 'nothing')).toBe(
      'I passed it on to colleagues. Beyond that, it is too early to say, and there is nothing else I can point to.',
    )
  })

  it('says where it can be seen, and claims no witness of what was not done', () => {
    const seen = (practice: PracticeAnswer, ...whereSeen: string[]) =>
      told({ practice, whereSeen }, 'What difference it made')
    expect(seen('routine', 'supervision', 'minutes', 'observed', 'not-written')).toBe(
      'What I did can be seen in a supervision record and in the minutes of a team meeting, and someone watched me do it. The rest is not written down anywhere.',
    )
    expect(seen('already', 'recording')).toBe('How I work can be seen in case recording or an audit.')
    expect(seen('not-yet', 'supervision', 'observed')).toBe('Where this stands can be seen in a supervision record.')
    expect(seen('once', 'not-written')).toBe('Nothing about it is written down anywhere.')
    expect(told({ practice: 'not-yet', anyway: 'no' }, 'What difference it made')).toBe('')
  })

  it('sets what got in the way beside what had been expected', () => {
    const way = (inTheWay: string[], foreseen: string[]) => told({ inTheWay, foreseen }, 'What got in the way')
    expect(way(['no-case', 'time'], ['time', 'no-case'])).toBe(
      'What got in the way was time and workload, and that no situation of this kind came up. That is what I had expected at the end of the day.',
    )
    expect(way(['nothing'], ['manager'])).toBe(
      'Nothing got in the way. At the end of the day I had expected otherwise: too little backing from my manager.',
    )
    expect(way(['systems', 'nothing'], ['nothing'])).toBe(
      'What got in the way was systems and forms. Nothing else did. At the end of the day I had thought that nothing would.',
    )
    expect(way([], ['time'])).toBe('')
  })

  it('has the heading that fits what was answered', () => {
    const heading = (facts: Partial<AccountFacts>) => headings(facts).at(-2)
    expect(heading({ helped: ['time'] })).toBe('What helped')
    expect(heading({ inTheWay: ['nothing'] })).toBe('What got in the way')
    expect(heading({ helped: ['time'], inTheWay: ['time'] })).toBe('What helped and what got in the way')
  })

  it('keeps marks of quotation readable inside its own', () => {
    expect(quoted('"Ring Jo first"')).toBe('“Ring Jo first”')
    expect(quoted('“Ring Jo first”')).toBe('“Ring Jo first”')
    expect(quoted('Ask "why?" and don\'t stop ("yet")')).toBe("“Ask ‘why?’ and don't stop (‘yet’)”")
    expect(quoted('"Yes", then "no"')).toBe('“‘Yes’, then ‘no’”')
    expect(told({ plans: [{ kind: 'suggestion', words: '"Ring Jo first"' }] })).toContain('planned to ring Jo first.')
    expect(told({ plans: [{ kind: 'suggestion', words: 'I will say "no"' }] })).toContain('this: “I will say ‘no’.”')
  })

  it('as text can be pasted as it stands', () => {
    const text = accountText(reflectiveAccount({ ...core, example: 'One line.\nAnother.' }), 'Ashmere', false)
    expect(text.startsWith('Reflective account: Recognising neglect\n\nI took part in')).toBe(true)
    expect(text).toContain('\n\n“One line.\nAnother.”\n\n')
    expect(text).toContain('\n\nWhat I will do next\n\n[Room for my own words]\n\n')
    expect(text.endsWith(`${accountFoot}\n\nFrom what I answered to Ashmere.\n`)).toBe(true)
    expect(text).not.toContain('invented')
    expect(accountText(reflectiveAccount(core), 'Ashmere', true)).toContain('Example: everything in it is invented.')
  })
})

describe('for every combination of answers', () => {
  const maybe = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: null })
  const some = (key: string) => fc.subarray(keysOf(key))
  const anchor = maybe(anchors)
  const plan = fc.oneof(
    fc.record({
      kind: fc.constantFrom('suggestion' as const, 'own-words' as const),
      words: fc.constantFrom('Write a chronology', 'Ask “why?”', 'I will ring Jo.', 'Talk to MASH about it', ''),
    }),
    fc.record({ kind: fc.constantFrom('nothing' as const, 'not-sure' as const) }),
  )
  const facts: fc.Arbitrary<AccountFacts> = fc.record({
    course: fc.constantFrom('Recognising neglect', 'What now?', 'Safeguarding: level 3'),
    dates: fc.constantFrom('Tuesday 15 September 2026', 'Monday 3 August 2026 and Tuesday 4 August 2026'),
    hours: fc.constantFrom(0, 0.75, 1, 6, 12.5),
    participatoryHours: fc.constantFrom(0, 0.5, 1, 6),
    answeredOn: fc.constant('Tuesday 15 December 2026'),
    // An empty suggestion does not exist; own words that are gone do.
    plans: fc
      .array(plan, { maxLength: 2 })
      .map((plans) => plans.filter((one) => !(one.kind === 'suggestion' && one.words === ''))),
    firstChance: maybe(['supervision', 'visit', 'team-meeting', 'multi-agency', 'other']),
    practice: fc.constantFrom(...practiceAnswers),
    chance: maybe(keysOf('chance')),
    outcomes: fc.array(
      fc.record({
        text: fc.constantFrom('I can say why', 'I can find out whom to ring.', 'recognise it'),
        before: anchor,
        lookingBack: anchor,
        end: anchor,
        now: anchor,
      }),
      { maxLength: 3 },
    ),
    difference: fc
      .subarray([...optionsOf('difference')])
      .map((chosen) => chosen.map(({ key, text, family }) => ({ key, text, family: family ?? null }))),
    anyway: maybe(keysOf('anyway')),
    helped: some('helped'),
    inTheWay: some('in-the-way'),
    foreseen: some('in-the-way'),
    whereSeen: some('where-seen'),
    example: fc.constantFrom('', 'we talked.. for  an hour'),
  })
  const runs = { numRuns: 2000 }

  it('it has no empty heading, and every sentence begins with a capital, ends with a stop and is well set', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { parts } = reflectiveAccount(given)
        expect(parts.at(-1)).toEqual({ heading: 'What I will do next', paragraphs: [], isToWrite: true })
        for (const part of parts.slice(0, -1)) wellSaid(part)
      }),
      runs,
    )
  })

  const wellSaid = ({ paragraphs }: AccountPart) => {
    expect(paragraphs.length).toBeGreaterThan(0)
    for (const one of paragraphs) {
      if ('own' in one) continue
      expect(one.said.length).toBeGreaterThan(0)
      for (const sentence of one.said) {
        expect(sentence).toMatch(/^“?\p{Lu}/u)
        expect(sentence).toMatch(/[.!?]”?$/)
        expect(sentence).not.toMatch(/undefined|null|NaN|\[object| {2}|\.\.|,,| [.,;:?]|^ | $|, ?\.|\b(\w+) \1\b/)
      }
    }
  }

  it('it quotes nothing but their own words, each once', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const quoted = reflectiveAccount(given)
          .parts.flatMap(({ paragraphs }) => paragraphs)
          .flatMap((one) => ('own' in one ? [one.own] : []))
        const written = given.plans.flatMap((one) => (one.kind === 'own-words' && one.words ? [one.words] : []))
        expect(quoted).toEqual([...written, ...(given.example ? [given.example] : [])])
      }),
      runs,
    )
  })

  it('what was not answered leaves no word: each answer taken away only makes it shorter', () => {
    const nothing: Partial<AccountFacts> = {
      firstChance: null,
      chance: null,
      outcomes: [],
      difference: [],
      anyway: null,
      helped: [],
      inTheWay: [],
      foreseen: [],
      whereSeen: [],
      example: '',
    }
    const sentences = (one: AccountFacts) =>
      reflectiveAccount(one)
        .parts.flatMap(({ paragraphs }) => paragraphs)
        .reduce((sum, paragraph) => sum + ('own' in paragraph ? 1 : paragraph.said.length), 0)
    fc.assert(
      fc.property(facts, fc.constantFrom(...Object.entries(nothing)), (given, [key, empty]) => {
        expect(sentences({ ...given, [key]: empty })).toBeLessThanOrEqual(sentences(given))
        const bare = { ...given, ...nothing }
        expect(reflectiveAccount(bare).parts.map(({ heading }) => heading)).toEqual([
          null,
          'What I did',
          'What I will do next',
        ])
      }),
      runs,
    )
  })
})
