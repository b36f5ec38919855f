import { createAsync, revalidate, useAction, useParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { type CostHead, costHeads, incomeHeads } from '#server/impact/input.ts'
import type { CostLine, CostLines } from '#server/impact/routes.ts'
import { headWords } from '#server/impact/shared/cost-words.ts'
import { moneyWords } from '#server/impact/shared/money.ts'
import { idempotencyKey } from '#web/api.ts'
import { Button } from '#web/parts/Button.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { Select } from '#web/parts/Select.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { Page } from '#web/shell/Page.tsx'
import { programmeHref, yearWords } from './data.ts'
import { addCost, getCosts, takeBackCost } from './programme-data.ts'

type Settled = { settled: (words: string) => Promise<void> }

/** The money of a programme, line by line, for the figures of its report. */
export default function CostsPage() {
  const params = useParams<{ name: string }>()
  const costs = createAsync(() => getCosts(params.name))
  const { done, settled } = createDone(() => revalidate(getCosts.keyFor(params.name)))
  return (
    <Page
      title="Income and costs"
      crumbs={[
        { href: '/impact', words: 'Impact' },
        { href: programmeHref(params.name), words: `Programme ${yearWords(params.name)}` },
      ]}
      lead="What the programme took in and what it cost. The report gives each head’s sum, and what a place and a person cost."
    >
      <Done words={done()} />
      {/* Anew after each change, so that a form that was sent is empty again. */}
      <Show when={costs()} keyed>
        {(costs) => (
          <>
            <Lines costs={costs} settled={settled} />
            <Add programme={costs.programme} settled={settled} />
          </>
        )}
      </Show>
    </Page>
  )
}

const isIncome = (head: CostHead) => (incomeHeads as readonly CostHead[]).includes(head)

function Lines(props: { costs: CostLines } & Settled) {
  const parts = () => [
    {
      title: 'Income',
      total: props.costs.income,
      lines: props.costs.lines.filter(({ head }) => isIncome(head)),
      none: 'No income has been entered',
      hint: 'Charges for not attending or cancelling late are counted from the bookings by themselves: do not enter them here.',
    },
    {
      title: 'Costs',
      total: props.costs.spent,
      lines: props.costs.lines.filter(({ head }) => !isIncome(head)),
      none: 'No cost has been entered',
      hint: 'Until there are costs, the report says that none have been entered.',
    },
  ]
  return (
    <For each={parts()}>
      {(part) => (
        <>
          <h2>
            {part.title}
            {part.lines.length > 0 ? `: ${moneyWords(part.total)}` : ''}
          </h2>
          <Show
            when={part.lines.length}
            fallback={
              <Empty title={part.none}>
                <p>{part.hint}</p>
              </Empty>
            }
          >
            <Rows
              rows={part.lines.map((line) => ({
                title: `${headWords[line.head]}: ${moneyWords(line.pence)}`,
                detail: `${line.about}. Entered ${line.at}.`,
                action: <TakeBack line={line} settled={props.settled} />,
              }))}
            />
            <Show when={part.title === 'Income'}>
              <p class="soft">{part.hint}</p>
            </Show>
          </Show>
        </>
      )}
    </For>
  )
}

function TakeBack(props: { line: CostLine } & Settled) {
  const takeBack = useAction(takeBackCost)
  const words = () => `${headWords[props.line.head]}, ${moneyWords(props.line.pence)}`
  return (
    <Form
      send={async () => {
        await takeBack(props.line.id)
        await props.settled(`Taken back: ${words()}.`)
      }}
    >
      <button type="submit" class="link-button">
        Take it back
        <span class="govuk-visually-hidden">: {words()}</span>
      </button>
    </Form>
  )
}

function Add(props: { programme: string } & Settled) {
  const add = useAction(addCost)
  const repeatKey = idempotencyKey()
  return (
    <>
      <h2>Add a line</h2>
      <Form
        send={async (fields) => {
          const head = fields.text('head') as CostHead
          await add(props.programme, { head, sum: fields.text('sum'), about: fields.text('about'), repeatKey })
          await props.settled(`Added: ${headWords[head]}.`)
        }}
      >
        <Select
          name="head"
          label="What the money was for"
          blank="Choose one"
          options={costHeads.map((head) => ({
            value: head,
            words: `${isIncome(head) ? 'Income' : 'Cost'}: ${headWords[head].toLowerCase()}`,
          }))}
        />
        <TextInput
          name="sum"
          label="Sum in pounds"
          hint="For example, 229 or 1,250.50. A minus takes off a part of another line, such as a refund."
          inputmode="text"
          width={10}
        />
        <TextInput name="about" label="What it was" hint="For example, speakers of the conference" />
        <Button>Add it</Button>
      </Form>
    </>
  )
}
