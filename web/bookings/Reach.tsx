import { revalidate, useAction } from '@solidjs/router'
import { createSignal, Show } from 'solid-js'
import type { BookingPage as Booking } from '#server/bookings/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { DateInput } from '#web/parts/DateInput.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { Notice } from '#web/parts/Notice.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { getBooking, setMyReach } from './data.ts'

/** How and when to reach the person in three months: all that is asked at booking, and none of it must be answered. */
export function Reach(props: { bookingId: number; reach: NonNullable<Booking['reach']> }) {
  const save = useAction(setMyReach)
  const [isSaved, setSaved] = createSignal(false)
  const send = async (fields: Fields) => {
    setSaved(false)
    await save({ phone: fields.text('phone'), until: fields.date('until') ?? null })
    await revalidate(getBooking.keyFor(String(props.bookingId)))
    setSaved(true)
  }
  return (
    <section aria-labelledby="reach-heading">
      <h2 id="reach-heading">In three months we ask you one question. How do we reach you then?</h2>
      <Show when={isSaved()}>
        <Notice>
          <p>Saved. You can change it on this page at any time before the day.</p>
        </Notice>
      </Show>
      <p>
        We write to <strong>{props.reach.email}</strong>. The rest is up to you.
      </p>
      <Form send={send}>
        <TextInput
          name="phone"
          label="Telephone (optional)"
          hint="We ring only if our emails stay unanswered."
          type="tel"
          autocomplete="tel"
          width={20}
          value={props.reach.phone ?? ''}
        />
        <DateInput
          name="until"
          label="Away for a while then? Until (optional)"
          hint="The last day you are away, such as 24 9 2026. We wait until you are back."
          value={props.reach.awayUntil ?? undefined}
        />
        <Button look="secondary">Save</Button>
      </Form>
    </section>
  )
}
