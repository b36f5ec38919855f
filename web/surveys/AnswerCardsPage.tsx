import { createAsync, useParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { AnswerCards } from '#server/surveys/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'
import { getAnswerCards } from './answers-data.ts'

/** Printed cards for those whom no email reaches: a first name, a short address, a code and its QR code. */
export default function AnswerCardsPage() {
  const params = useParams<{ id: string }>()
  const cards = createAsync(() => getAnswerCards(params.id))
  return (
    <Show when={cards()}>
      {(cards) => (
        <Page
          title={`Cards: ${cards().course}`}
          about={cards().date}
          lead={`For people who came and have no mailbox that works. The code opens their question from ${cards().from}.`}
          back={{ href: `/events/${params.id}`, words: 'The event' }}
        >
          <Show
            when={cards().cards.length}
            fallback={
              <Empty title="Nobody needs a card">
                <p>Everyone who came can be reached by email, has answered, or is not asked about this event.</p>
              </Empty>
            }
          >
            <div class="cards-press">
              <Button onPress={() => window.print()}>Print the cards</Button>
            </div>
            <ul class="cards">
              <For each={cards().cards}>{(card) => <Card card={card} cards={cards()} />}</For>
            </ul>
          </Show>
        </Page>
      )}
    </Show>
  )
}

function Card(props: { card: AnswerCards['cards'][number]; cards: AnswerCards }) {
  const me = useMe()
  return (
    <li>
      <p class="card-for">
        For {props.card.name}, {props.card.agency}
      </p>
      <div class="card">
        <div>
          <p class="card-from">{me().partnership.name}</p>
          <p>
            <strong>{props.card.firstName}</strong>, you came to {props.cards.course} in {props.cards.month}. What
            became of it? One question, half a minute, from {props.cards.from}.
          </p>
          <p>
            Point your phone’s camera at the square, or type <strong>{props.cards.address}</strong> and this code:
          </p>
          <p class="card-code">{props.card.code}</p>
          <p class="card-small">
            Only the partnership’s training team sees your answer. Or ring {me().partnership.phone}.
          </p>
        </div>
        <svg
          viewBox={`0 0 ${props.card.qr.size} ${props.card.qr.size}`}
          role="img"
          aria-label={`QR code for ${props.card.firstName}`}
          shape-rendering="crispEdges"
        >
          <path fill="#fff" d={`M0 0h${props.card.qr.size}v${props.card.qr.size}h-${props.card.qr.size}z`} />
          <path fill="#12243a" d={props.card.qr.path} />
        </svg>
      </div>
    </li>
  )
}
