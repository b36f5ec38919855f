import { describe, expect, it } from 'vitest'
import { headlineTables } from '#server/impact/report-headlines.ts'
import { apartWords } from '#server/impact/shared/pages.ts'
import { sampleFigure, samplePage, sampleRoom, wholeRoomFigure } from './sample-report.ts'

const barriers = (rows: { label: string; first: number; second: number }[], second = 30) =>
  sampleFigure({
    key: 'in-the-way',
    part: 'way',
    picture: { kind: 'pairs', first: 'Expected', second: 'Met', rows, of: { first: 40, second } },
  })
const course = (key: string, title: string, ...figures: ReturnType<typeof sampleFigure>[]) =>
  samplePage({ key, level: 'course', title, figures })

describe('the pages below a report’s own, a line each', () => {
  it('has who came and answered, how few and how many have put it into practice, and what was in the way', () => {
    const met = barriers([
      { label: 'Time and workload', first: 10, second: 9 },
      { label: 'Nothing', first: 0, second: 20 },
    ])
    const [table] = headlineTables([course('course:1', 'Neglect', wholeRoomFigure(), met)])
    expect(table!.caption).toBe('Courses')
    expect(table!.rows).toEqual([['Neglect', 80, 42, 26, 64, 'Time and workload (9 of 30)']])
    expect(table!.rows[0]).toHaveLength(table!.head.length)
  })

  it.each([
    [[], 30, 'Nothing'],
    [[], 0, '–'],
    [['Time', 'Team'], 30, 'Time; Team (4 of 30 each)'],
    [['Time', 'Team', 'Forms'], 30, 'Time; Team; Forms (4 of 30 each)'],
  ])('names what was met most of %j with %i answers', (labels, of, words) => {
    const rows = labels.map((label) => ({ label, first: 0, second: 4 }))
    const [table] = headlineTables([course('course:1', 'Neglect', wholeRoomFigure(), barriers(rows, of))])
    expect(table!.rows[0]!.at(-1)).toBe(words)
  })

  it('marks a course that the total leaves out', () => {
    const below = [course('course:1', 'Neglect', wholeRoomFigure()), course('course:2', 'Forum', wholeRoomFigure())]
    const words = (key: string, words: string) => ({ key, title: '', words })
    const own = { below: [words('course:1', '80 came'), words('course:2', `80 came${apartWords}`)] }
    expect(headlineTables(below, own)[0]!.rows.map(([name]) => name)).toEqual([
      'Neglect',
      'Forum (not counted in the total)',
    ])
  })

  it('shows nothing that the page does not: too few, and nobody', () => {
    const few = sampleFigure({ key: 'whole-room', base: { people: 3, of: 9, words: '' }, notShown: 'Too few' })
    const none = sampleFigure({ key: 'whole-room', base: { people: 0, of: 135, words: '' }, notShown: 'Too few' })
    const hidden = 'Not shown'
    expect(headlineTables([course('course:1', 'Few', few), course('course:2', 'None', none)])[0]!.rows).toEqual([
      ['Few', 9, 3, hidden, hidden, hidden],
      ['None', 135, 0, '–', '–', '–'],
    ])
  })

  it('is a table for each level, events only where nothing else stands between', () => {
    const at = (level: 'course' | 'theme' | 'event' | 'agency', n: number) =>
      samplePage({ key: `${level}:${n}`, level, figures: [wholeRoomFigure(sampleRoom)] })
    const captions = (...pages: ReturnType<typeof at>[]) => headlineTables(pages).map(({ caption }) => caption)
    expect(captions(at('theme', 1), at('course', 1), at('event', 1), at('agency', 1))).toEqual([
      'Courses',
      'Themes',
      'Agencies',
    ])
    expect(captions(at('event', 1), at('event', 2))).toEqual(['Events'])
    expect(captions()).toEqual([])
  })
})
