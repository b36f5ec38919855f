/** How much a page may say, by how many came and answered: what leads, what is left out, and why. */

import { defaultThresholds, mayShow, percentages, type Thresholds } from './disclosure.ts'
import { figure, inPracticeOf, type Room, unheardOf } from './pictures.ts'
import { wholeRoomSentence } from './sentences.ts'
import { ofThose, percent, some } from './sentences-words.ts'

/** The small-number rule, and the response rates, in whole per cents, below which a page holds back. */
export type GateThresholds = Thresholds & { earlySigns: number; noPractice: number }

export const defaultGates: GateThresholds = { ...defaultThresholds, earlySigns: 35, noPractice: 20 }

/**
 * `flow-only`: nothing of how the answers fall. `no-practice`: no figure of practice on the front page. `early-signs`: so titled, and the
 * headline leads with the bounds. `full`: everything.
 */
export type Gate = 'flow-only' | 'no-practice' | 'early-signs' | 'full'

/** What a group may say of itself; a response rate exactly at a threshold passes it. */
export function gateOf(
  { came, answered }: { came: number; answered: number },
  gates: GateThresholds = defaultGates,
): { gate: Gate; percentages: boolean } {
  return { gate: gateWord(came, answered, gates), percentages: percentages(answered, gates) }
}

function gateWord(came: number, answered: number, gates: GateThresholds): Gate {
  if (!mayShow({ attended: came, answered }, gates)) return 'flow-only'
  if (100 * answered < gates.noPractice * came) return 'no-practice'
  return 100 * answered < gates.earlySigns * came ? 'early-signs' : 'full'
}

/** The title with "early signs" where few answered. */
export function titleOf(title: string, room: { came: number; answered: number }, gates?: GateThresholds): string {
  const { gate } = gateOf(room, gates)
  return gate === 'early-signs' || gate === 'no-practice' ? `${title}: early signs` : title
}

/**
 * The front page's headline for the gate the room passes: the whole-room sentence; the same led by the bounds; why there is no figure of
 * practice; or, for `flow-only`, why nothing stands beside the flow line.
 * @throws RangeError when the room does not add up.
 */
export function headlineSentence(room: Room, gates: GateThresholds = defaultGates): string {
  const unheard = unheardOf(room)
  switch (gateOf(room, gates).gate) {
    case 'full':
      return wholeRoomSentence(room, gates)
    case 'early-signs':
      return earlySigns(room, unheard, gates)
    case 'no-practice':
      return `${told(room, gates)} That is too few to say here how many have put what they planned into practice since the day: of the other ${figure(unheard)} nothing is known.`
    case 'flow-only':
      return flowOnly(room, gates)
  }
}

function told({ came, answered }: { came: number; answered: number }, gates: GateThresholds): string {
  return `${ofThose(answered, came, 'who came', 'told us what happened next', gates, answered)}.`
}

function earlySigns(room: Room, unheard: number, gates: GateThresholds): string {
  const { came, answered } = room
  const low = inPracticeOf(room)
  const high = low + unheard
  const range = percentages(answered, gates)
    ? `Between ${percent(low, came)} and ${percent(high, came)} of the ${figure(came)} people who came`
    : `Between ${low === 0 ? 'none' : figure(low)} and ${figure(high)} of the ${figure(came)} people who came`
  const already = room.segments.already
  return [
    `${range} have put what they planned into practice since the day: ${figure(unheard)} have not told us.`,
    `Of the ${figure(answered)} who did, ${some(low, answered, 'has', 'have')} put it into practice${already > 0 ? ` and ${some(already, answered, 'was', 'were')} already doing it` : ''}.`,
  ].join(' ')
}

function flowOnly({ came, answered }: Room, gates: GateThresholds): string {
  if (came === 0) return 'Nobody came.'
  const why = `How the answers fall is shown from ${gates.attended} who came and ${gates.answered} who answered.`
  if (answered === 0) return `Nobody has told us what happened next. ${why}`
  return `${told({ came, answered }, gates)} ${why}`
}
