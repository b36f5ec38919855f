import type { EventKind } from '#server/courses/input.ts'
import { kindWords } from './held-figures.ts'
import type { OtherKind } from './other-kinds.ts'
import type { ProgrammeEvent } from './programme.ts'
import { percentCell, programmeFigure, so } from './programme-words.ts'
import type { Figure } from './shared/figures.ts'
import { figure } from './shared/pictures.ts'

const manyWords: Record<EventKind, [one: string, many: string]> = {
  course: ['course', 'courses'],
  'learning-event': ['learning event', 'learning events'],
  forum: ['forum', 'forums'],
  briefing: ['briefing', 'briefings'],
  conference: ['conference', 'conferences'],
  'e-learning': ['e-learning course', 'e-learning courses'],
}

/** Forums, briefings, conferences and e-learning, each under its own heading and in no total. */
export function otherKindFigures(kinds: readonly OtherKind[], all: readonly ProgrammeEvent[]): Figure[] {
  return kinds.map((one) => {
    const off = all.filter(({ kind, state }) => kind === one.kind && state === 'cancelled').length
    const [singular, plural] = manyWords[one.kind]
    return programmeFigure({
      key: `kind-${one.kind}`,
      title: one.events === 1 ? kindWords[one.kind] : `${plural.charAt(0).toUpperCase()}${plural.slice(1)}`,
      sentence: [
        `${so(one.events, `${singular} was`, `${plural} were`)} held, with ${so(one.attended, 'attendance', 'attendances')}.`,
        off === 0 ? '' : `${figure(off)} ${off === 1 ? 'was' : 'were'} cancelled.`,
        one.agencies?.words ?? '',
      ]
        .filter(Boolean)
        .join(' '),
      definition: `Events of this kind stand under their own heading and are in no total of the programme.${
        one.agencies
          ? ' Expected: those on the partnership’s list of who is expected whose day had come by the end of the programme; reached: somebody of theirs came to at least one.'
          : ''
      }`,
      table: {
        caption: one.events === 1 ? kindWords[one.kind] : `${plural.charAt(0).toUpperCase()}${plural.slice(1)}`,
        head: ['Course', 'Events', 'Places', 'Came', 'Of capacity', 'Answered'],
        rows: one.courses.map((course) => [
          course.title,
          course.events,
          course.places,
          course.attended,
          percentCell(course.percentOfCapacity),
          course.answered,
        ]),
      },
    })
  })
}
