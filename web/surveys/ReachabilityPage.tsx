import { createAsync, revalidate, useAction } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { OutOfReach, Reachability } from '#server/surveys/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { Details } from '#web/parts/Details.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { Swap } from '#web/parts/Swap.tsx'
import { Tag } from '#web/parts/Tag.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { AskingLinks } from './AskingLinks.tsx'
import { enterSuccessor, getReachability, markLeft, putAddressRight, undoLeft } from './asking-data.ts'

/** Everyone who could not be asked for want of an address, and what can be done about it. */
export default function ReachabilityPage() {
  const reach = createAsync(() => getReachability())
  const { done, settled } = createDone(() => revalidate(getReachability.key))
  return (
    <Page
      title="Could not be asked"
      lead="People whose address refuses mail, who have none, or who have left. In every figure they stand as could not be asked until this is put right."
    >
      <AskingLinks />
      <Done words={done()} />
      <Show when={reach()}>
        {(reach) => (
          <>
            <Show
              when={reach().people.length}
              fallback={
                <Empty title="Everyone can be reached">
                  <p>When mail to someone comes back, they appear here with what their mail system said.</p>
                </Empty>
              }
            >
              <Group
                title="Can still be asked"
                about="Once the address is right, asking goes on by itself."
                people={reach().people.filter(canBeAsked)}
                settled={settled}
              />
              <Group
                title="Not asked any more"
                about="They have left, or the time to ask is over. Where mail comes back, no other email reaches them either."
                people={reach().people.filter((person) => !canBeAsked(person))}
                settled={settled}
              />
              <Show when={reach().isCut}>
                <p>There are more; these are the first of them.</p>
              </Show>
            </Show>
            <Rest reach={reach()} />
          </>
        )}
      </Show>
    </Page>
  )
}

const canBeAsked = ({ followUps }: OutOfReach) => followUps.some(({ isInTime, successor }) => isInTime && !successor)

function Group(props: {
  title: string
  about: string
  people: readonly OutOfReach[]
  settled: (words: string) => Promise<void>
}) {
  return (
    <Show when={props.people.length}>
      <h2>
        {props.title} ({props.people.length})
      </h2>
      <p>{props.about}</p>
      <For each={props.people}>{(person) => <One person={person} settled={props.settled} />}</For>
    </Show>
  )
}

function Rest(props: { reach: Reachability }) {
  return (
    <>
      <Show when={props.reach.delayed.length}>
        <h2>Put off for now</h2>
        <p>Mail that will be tried again by itself. Nothing to do yet.</p>
        <Rows
          rows={props.reach.delayed.map(({ name, agency, said, next }) => ({
            title: name,
            detail: `${agency}. ${said} Next try ${next}.`,
          }))}
        />
      </Show>
      <Show when={props.reach.optedOut + props.reach.outOfTime > 0}>
        <h2>Not listed</h2>
        <p>
          {[
            props.reach.optedOut > 0
              ? `${counted(props.reach.optedOut, 'follow-up', 'follow-ups')} of people who asked us not to ask`
              : '',
            props.reach.outOfTime > 0
              ? `${counted(props.reach.outOfTime, 'follow-up', 'follow-ups')} whose time ran out before anyone could be asked`
              : '',
          ]
            .filter(Boolean)
            .join(', and ')}
          . They stand as could not be asked, too.
        </p>
      </Show>
    </>
  )
}

const whyWords: Record<OutOfReach['why'], string> = {
  refused: 'Mail comes back',
  'no-mailbox': 'No email address',
  'not-delivered': 'Not delivered',
  left: 'Has left',
}

function One(props: { person: OutOfReach; settled: (words: string) => Promise<void> }) {
  const id = () => `person-${props.person.personId}`
  const inTime = () => props.person.followUps.filter(({ isInTime }) => isInTime).length
  return (
    <section aria-labelledby={id()} class="out-of-reach">
      <h3 id={id()}>
        {props.person.name}{' '}
        <Tag tone={props.person.why === 'left' ? 'done' : 'waiting'}>{whyWords[props.person.why]}</Tag>
      </h3>
      <p>
        {props.person.agency}
        <Show when={props.person.email}>{(email) => <> · {email()}</>}</Show>
        <Show when={props.person.phone}>{(phone) => <> · {phone()}</>}</Show>
      </p>
      <Show when={props.person.said}>
        {(said) => (
          <p>
            {said()}
            <Show when={props.person.since}>{(since) => <span class="soft"> Since {since()}.</span>}</Show>
          </p>
        )}
      </Show>
      <Show when={props.person.followUps.length}>
        <Rows
          rows={props.person.followUps.map((one) => ({
            title: one.event,
            detail: one.successor
              ? `${one.successor.name}, ${one.successor.email}, holds the post now and was told what was planned.`
              : one.hasLeft
                ? 'Marked as left.'
                : one.isInTime
                  ? 'Can still be asked.'
                  : 'The time to ask is over.',
            action:
              one.successor || !(one.isInTime || one.hasLeft) ? undefined : (
                <Post one={one} name={props.person.name} settled={props.settled} />
              ),
          }))}
        />
      </Show>
      <Show when={props.person.why !== 'left'}>
        <Details summary={props.person.email ? 'Put the address right' : 'Enter an address'}>
          <Address person={props.person} inTime={inTime()} settled={props.settled} />
        </Details>
      </Show>
    </section>
  )
}

function Address(props: { person: OutOfReach; inTime: number; settled: (words: string) => Promise<void> }) {
  const put = useAction(putAddressRight)
  return (
    <Form
      send={async (fields) => {
        await put(props.person.personId, fields.text('email'))
        await props.settled(
          `The address of ${props.person.name} is put right.${props.inTime ? ' They are asked again from the next fitting day.' : ''}`,
        )
      }}
    >
      <TextInput
        name="email"
        type="email"
        label="Email address"
        hint={
          props.person.email
            ? 'Leave it as it is if it works again. They sign in by this address from now on.'
            : 'They sign in by this address from now on.'
        }
        value={props.person.email ?? ''}
        spellcheck={false}
      />
      <Button>Use this address</Button>
    </Form>
  )
}

function Post(props: {
  one: OutOfReach['followUps'][number]
  name: string
  settled: (words: string) => Promise<void>
}) {
  const left = useAction(markLeft)
  const back = useAction(undoLeft)
  const enter = useAction(enterSuccessor)
  const [isOpen, setOpen] = createSignal(false)
  const about = () => (
    <span class="govuk-visually-hidden">
      : {props.name}, {props.one.event}
    </span>
  )
  return (
    <Swap
      isOpen={isOpen()}
      closed={
        <Form
          send={async (fields) => {
            if (fields.has('successor')) return void setOpen(true)
            if (props.one.hasLeft) {
              await back(props.one.bookingId)
              return props.settled(`${props.name} has not left: the follow-up stands where it stood.`)
            }
            await left(props.one.bookingId)
            await props.settled(`${props.name} is marked as left for ${props.one.event}.`)
          }}
        >
          <Show when={!props.one.hasLeft || props.one.isInTime}>
            <button type="submit" class="link-button">
              {props.one.hasLeft ? 'Has not left' : 'Has left'}
              {about()}
            </button>{' '}
          </Show>
          <button type="submit" class="link-button" name="successor">
            Enter a successor{about()}
          </button>
        </Form>
      }
    >
      <Form
        send={async (fields) => {
          const { name } = await enter(props.one.bookingId, { name: fields.text('name'), email: fields.text('email') })
          await props.settled(`${name} is told what was planned, and is not asked.`)
        }}
      >
        <p>
          Who holds the post now? They get one email with what was planned. They are never asked in someone’s place.
        </p>
        <TextInput name="name" label="Full name" autocomplete="off" spellcheck={false} />
        <TextInput name="email" type="email" label="Email address" autocomplete="off" spellcheck={false} />
        <Button>Tell them</Button>{' '}
        <Button look="link" onPress={() => setOpen(false)}>
          Back
        </Button>
      </Form>
    </Swap>
  )
}
