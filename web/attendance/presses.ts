import { createSignal, onCleanup } from 'solid-js'
import { createStore, unwrap } from 'solid-js/store'
import { type Mark, marks as markWords } from '#server/attendance/input.ts'
import { type Problem, problemOf } from '#web/problem.ts'
import { sendMarks } from './data.ts'

export type Press = {
  mark: Mark
  /** `rest`: made by "Mark the rest present", which undoes nobody's mark. */
  kind: 'pressed' | 'rest'
  isSaved: boolean
}

/** Presses that come quickly after one another travel together, as when the arrow keys run through the marks. */
const gatherFor = 300
const longestWait = 30_000

/**
 * The presses of one visit to one event session's register: each is kept on this device until the server has it, sent at
 * once, and sent again until it arrives.
 */
export function createPresses(eventSessionId: number) {
  const place = `register-${eventSessionId}`
  const [presses, setPresses] = createStore<Record<number, Press>>(kept(place))
  const [problem, setProblem] = createSignal<Problem>()
  const [isSending, setSending] = createSignal(false)
  /** Bookings that lost their place meanwhile; they do not stop the others. */
  const [dropped, setDropped] = createSignal<number[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let isLeft = false

  const unsaved = () => entries().filter(([, press]) => !press.isSaved)
  const entries = () => Object.entries(presses).map(([id, press]) => [Number(id), press] as const)

  const keep = () => {
    const stored = isLeft ? kept(place) : {}
    for (const [bookingId, press] of entries()) {
      if (press.isSaved) delete stored[bookingId]
      else if (!isLeft) stored[bookingId] = unwrap(press)
    }
    try {
      if (Object.keys(stored).length > 0) localStorage.setItem(place, JSON.stringify(stored))
      else localStorage.removeItem(place)
    } catch {
      // No room or not allowed: they stay in this page.
    }
  }

  const soon = (wait: number) => {
    clearTimeout(timer)
    timer = setTimeout(send, wait)
  }

  const send = async () => {
    clearTimeout(timer)
    if (isSending()) return
    const waiting = unsaved()
    const kind = waiting.some(([, press]) => press.kind === 'pressed') ? 'pressed' : 'rest'
    const batch = waiting
      .filter(([, press]) => press.kind === kind)
      .map(([bookingId, { mark }]) => ({ bookingId, mark }))
    if (batch.length === 0) return
    setSending(true)
    try {
      const answer = await sendMarks(eventSessionId, batch, kind === 'rest')
      failures = 0
      setProblem(undefined)
      for (const { bookingId, mark } of answer.marks) {
        const sent = batch.find((one) => one.bookingId === bookingId)
        const now = presses[bookingId]
        // Pressed again meanwhile: that one is still to be sent.
        if (now && (now.isSaved || (now.mark === sent?.mark && now.kind === kind)))
          setPresses(bookingId, { mark, kind: 'pressed', isSaved: true })
      }
    } catch (error) {
      refused(problemOf(error), batch)
    } finally {
      setSending(false)
      keep()
    }
    if (unsaved().length > 0 && !isStopped() && !isLeft)
      soon(failures === 0 ? 0 : Math.min(longestWait, 1000 * 2 ** failures))
  }

  const refused = (why: Problem, batch: { bookingId: number }[]) => {
    const strangers = (why.errors ?? []).flatMap(({ path }) => {
      const place = /^marks\.(\d+)\.bookingId$/.exec(path)?.[1]
      return place === undefined ? [] : (batch[Number(place)]?.bookingId ?? [])
    })
    if (why.status === 422 && strangers.length > 0) {
      for (const bookingId of strangers) setPresses(bookingId, undefined!)
      setDropped([...dropped(), ...strangers])
      return
    }
    failures++
    setProblem(why)
  }

  /** The server said no and would again; only a person can go on. */
  const isStopped = () => {
    const status = problem()?.status ?? 0
    return status >= 400 && status < 500 && status !== 429 && status !== 408
  }

  const press = (changes: { bookingId: number; mark: Mark }[], kind: Press['kind']) => {
    for (const { bookingId, mark } of changes) setPresses(bookingId, { mark, kind, isSaved: false })
    keep()
    soon(gatherFor)
  }

  const online = () => send()
  addEventListener('online', online)
  onCleanup(() => {
    removeEventListener('online', online)
    // What is still here goes now, and stays kept for the next visit if it cannot.
    void send()
    isLeft = true
    clearTimeout(timer)
  })
  if (unsaved().length > 0) soon(0)

  return {
    of: (bookingId: number): Press | undefined => presses[bookingId],
    unsavedCount: () => unsaved().length,
    isAnySaved: () => entries().some(([, press]) => press.isSaved),
    problem,
    dropped,
    press,
    again: send,
  }
}

/** What an earlier visit could not send. */
function kept(place: string): Record<number, Press> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(place) ?? '{}')
    return Object.fromEntries(
      Object.entries(found as Record<string, Press>)
        .filter(([id, press]) => Number(id) > 0 && (markWords as readonly string[]).includes(press.mark))
        .map(([id, { mark, kind }]) => [
          Number(id),
          { mark, kind: kind === 'rest' ? 'rest' : 'pressed', isSaved: false },
        ]),
    )
  } catch {
    return {}
  }
}
