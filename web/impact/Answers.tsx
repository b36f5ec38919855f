import { A } from '@solidjs/router'
import { createMemo, For, type JSX, Show } from 'solid-js'
import type { ImpactPage, PageRead } from '#server/impact/routes.ts'
import {
  type Figure,
  type FigurePart,
  figureLabels,
  figureParts,
  isSelfReported,
} from '#server/impact/shared/figures.ts'
import { figure as counted } from '#server/impact/shared/pictures.ts'
import { Details } from '#web/parts/Details.tsx'
import { FlowLine } from '#web/parts/FlowLine.tsx'
import { WholeRoomBar } from '#web/parts/WholeRoomBar.tsx'
import { Page } from '#web/shell/Page.tsx'
import { Figures } from './Figures.tsx'
import { FigureList } from './FigureView.tsx'

/** What stands on top, large, and so not again among the figures below. */
const onTop = ['whole-room', 'break-even', 'flow']

const figureOf = (page: ImpactPage, key: string) => page.figures.find((one) => one.key === key)

/** A page of the impact pages whole: its parts, folded away, the headline, the flow, where to look closer, then every other figure by part. `children` stand after the flow, `foot` under a figure. */
export function ImpactView(props: { read: PageRead; children?: JSX.Element; foot?: (figure: Figure) => JSX.Element }) {
  const page = () => props.read.page
  return (
    <Page
      title={page().title}
      {...(props.read.crumbs.length ? { crumbs: props.read.crumbs } : {})}
      about={`${page().lead} · as it was on ${page().asOf}`}
    >
      <PageFigures page={page()} {...(props.foot ? { foot: props.foot } : {})}>
        {props.children}
        <Closer read={props.read} />
      </PageFigures>
    </Page>
  )
}

/** The figures of a page, headline first. */
export function PageFigures(props: {
  page: ImpactPage
  children?: JSX.Element
  foot?: (figure: Figure) => JSX.Element
}) {
  const others = createMemo(() => props.page.figures.filter(({ key }) => !onTop.includes(key)))
  return (
    <>
      <Show when={props.page.earlySigns}>
        <p class="provisional">
          <strong>Early signs.</strong> Few of those who came have answered.
        </p>
      </Show>
      <Show when={props.page.provisional}>
        {(words) => (
          <p class="provisional">
            <strong>Provisional.</strong> {words()}
          </p>
        )}
      </Show>
      <Show when={others().length > 4}>
        <OnThisPage parts={[...new Set(others().map(({ part }) => part))]} />
      </Show>
      <Headline page={props.page} />
      <Flow page={props.page} />
      {props.children}
      <FigureList figures={others()} {...(props.foot ? { foot: props.foot } : {})} />
      <Method page={props.page} />
    </>
  )
}

/** The headline of a group: its sentence, the whole-room bar and what must be so for it to be otherwise; or why it is not shown. */
function Headline(props: { page: ImpactPage }) {
  const whole = () => figureOf(props.page, 'whole-room')
  const room = () => {
    const picture = whole()?.picture
    return picture?.kind === 'whole-room' ? picture.room : null
  }
  return (
    <Show when={whole()}>
      {(whole) => (
        <>
          <p class="headline">
            <Figures words={whole().sentence} />
          </p>
          <Show when={whole().notShown !== whole().sentence && whole().notShown}>
            {(why) => <p class="govuk-inset-text">{why()}</p>}
          </Show>
          <Show when={room()}>
            {(room) => <WholeRoomBar room={room()} sentence={whole().sentence} of={props.page.title} />}
          </Show>
          <Show when={figureOf(props.page, 'break-even')}>
            {(even) => <p class="govuk-inset-text">{even().sentence}</p>}
          </Show>
          <Show when={room() || whole().drillDown.length > 0}>
            <p class="under-figures">
              <Show when={whole().label}>
                {(label) => (
                  <>
                    {figureLabels[label()]}
                    {isSelfReported(label()) ? ' · self-reported' : ''}.{' '}
                  </>
                )}
              </Show>
              {whole().base?.words}.
            </p>
          </Show>
          <Show when={whole().drillDown.length > 0}>
            <Details summary="How sure is this?">
              <For each={whole().drillDown}>{(words) => <p>{words}</p>}</For>
              <p>{whole().definition}</p>
            </Details>
          </Show>
        </>
      )}
    </Show>
  )
}

/** How many were left at each step from booking to a matched answer; a programme figure, shown for a group of any size. */
function Flow(props: { page: ImpactPage }) {
  return (
    <Show when={figureOf(props.page, 'flow')}>
      {(flow) => (
        <>
          <FlowLine
            steps={(flow().table?.rows ?? []).map(([words = '', count = 0]) => ({
              words: `${words}`,
              count: typeof count === 'number' ? counted(count) : count,
            }))}
          />
          <p class="under-figures">{flow().sentence}</p>
          <Details summary="How this is worked out">
            <p>{flow().definition}</p>
            <For each={flow().drillDown}>{(words) => <p>{words}</p>}</For>
          </Details>
        </>
      )}
    </Show>
  )
}

const closerWords = {
  theme: 'By theme',
  course: 'By course',
  event: 'By event',
  sector: 'By sector',
  agency: 'By agency',
} as const

/** The pages below, one press away. */
function Closer(props: { read: PageRead }) {
  const of = (level: string) => props.read.page.below.filter(({ key }) => key.startsWith(`${level}:`))
  return (
    <Show when={props.read.page.below.length > 0 && Object.keys(props.read.hrefs).length > 0}>
      <nav aria-labelledby="closer">
        <h2 id="closer">Look closer</h2>
        <For each={Object.entries(closerWords).filter(([level]) => of(level).length > 0)}>
          {([level, words]) => (
            <>
              <h3>{words}</h3>
              <ul class="closer">
                <For each={of(level)}>
                  {(below) => (
                    <li>
                      <A href={props.read.hrefs[below.key] ?? '/impact'}>{below.title}</A>
                      <span class="soft">{below.words}</span>
                    </li>
                  )}
                </For>
              </ul>
            </>
          )}
        </For>
      </nav>
    </Show>
  )
}

/** One line above the headline until it is opened: the parts of the page, so that nobody scrolls through them all. */
function OnThisPage(props: { parts: readonly FigurePart[] }) {
  const inOrder = () => (Object.keys(figureParts) as FigurePart[]).filter((part) => props.parts.includes(part))
  return (
    <nav aria-label="On this page">
      <Details summary="On this page">
        <ul class="plain">
          <For each={inOrder()}>
            {(part) => (
              <li>
                <a href={`#part-${part}`}>{figureParts[part]}</a>
              </li>
            )}
          </For>
        </ul>
      </Details>
    </nav>
  )
}

/** How it was worked out, and what it cannot say. */
function Method(props: { page: ImpactPage }) {
  return (
    <section class="method" aria-labelledby="method">
      <h2 id="method">How this was worked out</h2>
      <For each={props.page.method}>{(words) => <p>{words}</p>}</For>
      <h3>What this cannot tell you</h3>
      <ul>
        <For each={props.page.cannotTell}>{(words) => <li>{words}</li>}</For>
      </ul>
    </section>
  )
}
