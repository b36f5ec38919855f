/**
 * For the optional pages of the follow-up: sends the form in the background after each tap, so that nothing given is lost when
 * the tab is closed. Without it every button works as before; what fails here is sent again by the next tap or the button.
 */
const form = document.querySelector<HTMLFormElement>('form[data-saves]')

if (form) {
  let isDirty = false
  let inFlight: AbortController | undefined

  /** One at a time, so that an older state never arrives after a newer one. */
  const save = async (isLeaving = false) => {
    if (!isDirty || (inFlight && !isLeaving)) return
    isDirty = false
    inFlight?.abort()
    const sending = new AbortController()
    inFlight = sending
    const given = new URLSearchParams()
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') given.append(name, value)
    given.set('next', 'stay')
    try {
      await fetch(form.action, { method: 'POST', body: given, keepalive: true, signal: sending.signal })
    } catch {
      if (inFlight === sending) isDirty = true
    }
    if (inFlight !== sending) return
    inFlight = undefined
    if (isDirty && !isLeaving) setTimeout(save, 1000)
  }

  form.addEventListener('change', () => {
    isDirty = true
    void save()
  })
  // Words are sent when their box is left, or the page is.
  form.addEventListener('input', () => {
    isDirty = true
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') void save(true)
  })
  form.addEventListener('submit', () => {
    isDirty = false
    inFlight?.abort()
  })
}
