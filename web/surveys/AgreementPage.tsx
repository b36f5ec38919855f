import { A, createAsync, revalidate, useAction } from '@solidjs/router'
import { createSignal, Show } from 'solid-js'
import type { Agreement, Agreements } from '#server/surveys/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { DateInput } from '#web/parts/DateInput.tsx'
import { Details } from '#web/parts/Details.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { Select } from '#web/parts/Select.tsx'
import { Swap } from '#web/parts/Swap.tsx'
import { Tag } from '#web/parts/Tag.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { AskingLinks } from './AskingLinks.tsx'
import { endAgreement, getAgreements, recordAgreement, setRequirement } from './agreement-data.ts'

/** Which agencies have agreed that answering is part of the course, since when, and who chases. */
export default function AgreementPage() {
  const agreements = createAsync(() => getAgreements())
  // One form at a time: their fields have the same names.
  const [open, setOpen] = createSignal<number | 'new'>()
  const { done, settled } = createDone(async () => {
    await revalidate(getAgreements.key)
    setOpen(undefined)
  })
  return (
    <Page
      title="Agreements"
      lead="Agencies that have agreed that answering the question three months on is part of the course: ten minutes for it in supervision or a staff meeting, and one named person who chases."
    >
      <AskingLinks />
      <Done words={done()} />
      <Show when={agreements()}>
        {(agreements) => (
          <>
            <p>
              <A href="/asking/agreements/template">The agreement to print and sign</A>
            </p>
            <h2>Agencies that have agreed</h2>
            <Show
              when={agreements().agreements.length}
              fallback={
                <Empty title="No agency has agreed yet">
                  <p>Take the printed agreement to the next meeting, and record here who signed it.</p>
                </Empty>
              }
            >
              <Rows
                rows={agreements().agreements.map((one) => ({
                  title: one.agency,
                  tag: one.chaser?.isLead ? undefined : <Tag tone="waiting">Name who chases</Tag>,
                  detail: detailOf(one),
                  action: (
                    <Change
                      agreement={one}
                      agreements={agreements()}
                      settled={settled}
                      isOpen={open() === one.agencyId}
                      setOpen={(isOpen) => setOpen(isOpen ? one.agencyId : undefined)}
                    />
                  ),
                }))}
              />
            </Show>
            <Swap
              isOpen={open() === 'new'}
              closed={<Button onPress={() => setOpen('new')}>Record that an agency agreed</Button>}
            >
              <h3>Record that an agency agreed</h3>
              <Add agreements={agreements()} settled={settled} />
              <p>
                <Button look="link" onPress={() => setOpen(undefined)}>
                  Back
                </Button>
              </p>
            </Swap>
            <Partnership agreements={agreements()} settled={settled} />
            <h2>What it changes</h2>
            <p>
              From that day people of the agency read, when they book, that their agency has agreed. Nothing happens to
              anyone who does not answer, who says “not yet” or who asks us to stop. Leads see how many of theirs have
              answered, from five asked, and never who.
            </p>
          </>
        )}
      </Show>
    </Page>
  )
}

type Section = { agreements: Agreements; settled: (words: string) => Promise<void> }

function detailOf({ agreedWords, chaser, covers }: Agreement): string {
  const who = !chaser
    ? 'Nobody is named who chases.'
    : chaser.isLead
      ? `${chaser.name} chases.`
      : `${chaser.name} was named to chase, and leads neither this agency nor the one it belongs to any more.`
  const also = covers
    ? ` It stands for the ${counted(covers, 'agency', 'agencies')} that ${covers === 1 ? 'belongs' : 'belong'} to it, too.`
    : ''
  return `Agreed on ${agreedWords}. ${who}${also}`
}

function Change(props: Section & { agreement: Agreement; isOpen: boolean; setOpen: (isOpen: boolean) => void }) {
  const end = useAction(endAgreement)
  const about = () => <span class="govuk-visually-hidden">: {props.agreement.agency}</span>
  return (
    <Swap
      isOpen={props.isOpen}
      closed={
        <Button look="link" onPress={() => props.setOpen(true)}>
          Change or end{about()}
        </Button>
      }
    >
      <div class="agreement-change">
        <AgreementForm
          agencyId={props.agreement.agencyId}
          agency={props.agreement.agency}
          agreement={props.agreement}
          agreements={props.agreements}
          settled={props.settled}
        />
        <Form
          send={async () => {
            await end(props.agreement.agencyId)
            await props.settled(`The agreement of ${props.agreement.agency} has ended.`)
          }}
        >
          <Button look="secondary">End this agreement{about()}</Button>
        </Form>
        <Button look="link" onPress={() => props.setOpen(false)}>
          Back{about()}
        </Button>
      </div>
    </Swap>
  )
}

function Add(props: Section) {
  const [agencyId, setAgencyId] = createSignal<number>()
  const chosen = () => props.agreements.without.find(({ id }) => id === agencyId())
  return (
    <>
      <Select
        name="agencyId"
        label="School, service or organisation"
        hint="An agreement of the one they belong to stands for them, too."
        blank="Choose one"
        value={agencyId()}
        options={props.agreements.without.map(({ id, name, coveredBy }) => ({
          value: id,
          words: coveredBy ? `${name} (agreed by ${coveredBy})` : name,
        }))}
        onChange={(value) => setAgencyId(value ? Number(value) : undefined)}
      />
      <Show when={chosen()} keyed>
        {(agency) => (
          <AgreementForm
            agencyId={agency.id}
            agency={agency.name}
            agreements={props.agreements}
            settled={props.settled}
          />
        )}
      </Show>
    </>
  )
}

function AgreementForm(props: Section & { agencyId: number; agency: string; agreement?: Agreement }) {
  const save = useAction(recordAgreement)
  const leads = () => props.agreements.leads[props.agencyId] ?? []
  return (
    <Form
      send={async (fields) => {
        await save(props.agencyId, {
          agreedOn: fields.date('agreedOn') ?? '',
          chaserId: fields.number('chaserId') ?? null,
        })
        await props.settled(`The agreement of ${props.agency} is recorded.`)
      }}
    >
      <DateInput name="agreedOn" label="Agreed on" value={props.agreement?.agreedOn} />
      <Select
        name="chaserId"
        label="Who chases"
        hint={
          leads().length
            ? 'One person: a training lead of the agency or of the one it belongs to'
            : 'Nobody is a training lead of this agency yet; name one later'
        }
        blank="Nobody yet"
        value={props.agreement?.chaser?.isLead ? props.agreement.chaser.id : ''}
        options={leads().map(({ id, name }) => ({ value: id, words: name }))}
      />
      <Button>{props.agreement ? 'Save' : 'Record the agreement'}</Button>
    </Form>
  )
}

function Partnership(props: Section) {
  const set = useAction(setRequirement)
  return (
    <>
      <h2>The partnership as a whole</h2>
      <p>
        {props.agreements.partnership
          ? `Agreed on ${props.agreements.partnership.words}. The printed agreement says so.`
          : 'Not agreed yet, or not recorded here.'}
      </p>
      <Details summary="Record the day on which the partnership agreed">
        <Form
          send={async (fields) => {
            const on = fields.has('takeBack') ? null : (fields.date('on') ?? '')
            await set(on)
            await props.settled(on === null ? 'The day is taken back.' : 'The day is recorded.')
          }}
        >
          <DateInput name="on" label="Agreed by the partnership on" value={props.agreements.partnership?.on} />
          <Button>Record</Button>{' '}
          <Show when={props.agreements.partnership}>
            <Button look="secondary" name="takeBack">
              Take it back
            </Button>
          </Show>
        </Form>
      </Details>
    </>
  )
}
