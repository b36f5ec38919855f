/** An invented report whole, with every kind of picture in it: what the documents are tested with. */
import type { ReportBody } from '#server/impact/report-body.ts'
import type { Figure } from '#server/impact/shared/figures.ts'
import type { ImpactPage } from '#server/impact/shared/pages.ts'
import { wholeRoomTable } from '#server/impact/shared/pictures.ts'
import { breakEvenSentence, wholeRoomSentence } from '#server/impact/shared/sentences.ts'
import { asInTheYear } from './sample-pictures.ts'

export const sampleRoom = {
  came: 80,
  answered: 42,
  segments: { routine: 10, once: 16, started: 5, 'not-yet': 4, 'no-chance': 3, left: 1, already: 3 },
  unheard: {
    'no-reply': 30,
    'could-not-be-asked': 6,
    'not-asked-by-rule': 2,
    'still-being-asked': 0,
    'not-yet-due': 0,
  },
}

export const sampleFigure = (given: Partial<Figure> & { key: string }): Figure => ({
  part: 'practice',
  title: 'What they did with it',
  label: 'do',
  sentence: 'It says so.',
  base: { people: 42, of: 80, words: '42 of 80 who came (53%)' },
  definition: 'Everyone who came stands in exactly one place.',
  table: null,
  picture: null,
  notShown: null,
  drillDown: [],
  ...given,
})

export const wholeRoomFigure = (room = sampleRoom): Figure =>
  sampleFigure({
    key: 'whole-room',
    title: 'Everyone who came',
    sentence: wholeRoomSentence(room),
    base: { people: room.answered, of: room.came, words: `${room.answered} of ${room.came} who came` },
    table: {
      caption: 'Everyone who came',
      head: ['What they told us', 'People', 'Of all'],
      rows: wholeRoomTable(room).map(([label, count, percent]) => [
        label,
        count,
        percent === null ? '' : `${percent}%`,
      ]),
    },
    picture: { kind: 'whole-room', room },
    drillDown: [breakEvenSentence(room)],
  })

export const samplePage = (given: Partial<ImpactPage> = {}): ImpactPage => ({
  key: 'programme',
  level: 'programme',
  title: 'Programme 2025-26',
  lead: '1 April 2025 to 31 March 2026',
  programme: { name: '2025-26', words: '1 April 2025 to 31 March 2026' },
  asOf: 'Monday 14 September 2026, 9:00am',
  provisional: null,
  earlySigns: false,
  figures: [wholeRoomFigure()],
  below: [],
  method: ['Asked between 30 April 2025 and 6 May 2026.', 'This page is live: it changes as answers come in.'],
  cannotTell: ['It is what people say of themselves. Nobody watched them do it.'],
  ...given,
})

export const sampleBody = (given: Partial<ReportBody> = {}): ReportBody => ({
  format: 1,
  title: 'Impact report: programme 2025-26',
  scope: 'programme',
  period: '1 April 2025 to 31 March 2026',
  issued: { number: 3, on: '2026-09-14', words: 'Monday 14 September 2026' },
  agreed: {
    on: '2026-09-10',
    words: 'Thursday 10 September 2026',
    present: [
      { agency: 'Council children’s services', people: 4 },
      { agency: 'Riverside NHS Trust', people: 1 },
    ],
  },
  asks: [
    'Fund a second run of the neglect course.',
    'Ask each agency for a lead on supervision.',
    'Agree one front-door form.',
  ],
  corrections: ['Nothing that report 2 of Thursday 4 June 2026 said has been corrected since.'],
  pages: [
    samplePage({
      figures: [
        wholeRoomFigure(),
        ...Object.entries(asInTheYear).map(([key, picture], n) =>
          sampleFigure({
            key: `sample-${n}`,
            part: n % 2 ? 'way' : 'knowledge',
            title: `The picture called ${key}`,
            sentence: `What the ${key} says in one sentence: 12 of 30 people told us.`,
            picture,
            table: {
              caption: `Counts of ${key}`,
              head: ['Row', 'People', 'Of'],
              rows: [
                ['First', 12, 30],
                ['Second, not shown', 'Not shown: too few', ''],
              ],
            },
          }),
        ),
        sampleFigure({
          key: 'long',
          part: 'reach',
          label: null,
          title: 'By agency',
          sentence: 'Sixty agencies came.',
          base: null,
          table: {
            caption: 'By agency',
            head: ['Agency', 'Came', 'Answered', 'Of all', 'Last came'],
            rows: Array.from({ length: 60 }, (_, n) => [
              n === 7 ? '=HYPERLINK("x")' : `Agency number ${n + 1} with a name`,
              1000 + n,
              n,
              `${n}%`,
              '3 March 2026',
            ]),
            foot: ['All', 3600, 900, '25%', ''],
          },
        }),
      ],
    }),
    samplePage({
      key: 'course:12',
      level: 'course',
      title: 'Recognising neglect',
      lead: 'To change: use the neglect toolkit with a family.',
      figures: [
        sampleFigure({
          key: 'whole-room',
          title: 'Everyone who came',
          sentence: '3 of the 9 people who came have told us what happened next.',
          base: { people: 3, of: 9, words: '3 of 9 who came' },
          notShown: 'Answers are shown when at least ten came and five answered.',
        }),
      ],
      method: ['Asked on 30 April 2025.'],
    }),
  ],
  method: ['Asked between 30 April 2025 and 6 May 2026.', 'This report stands still.'],
  cannotTell: ['It is what people say of themselves. Nobody watched them do it.'],
  wordings: [
    {
      stage: 'Three months on',
      version: 1,
      publishedOn: '1 March 2024',
      course: null,
      questions: [{ text: 'What became of it?', options: ['Not yet', 'I have done it at least once'] }],
    },
  ],
  ...given,
})
