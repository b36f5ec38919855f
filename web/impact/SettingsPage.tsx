import { createAsync, useAction } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { type ImpactSettingName, type ImpactSettingsInput, impactSettingBounds } from '#server/impact/input.ts'
import type { ImpactSettings } from '#server/impact/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { SummaryList } from '#web/parts/SummaryList.tsx'
import { Table } from '#web/parts/Table.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { getImpactSettings, setImpactSettings } from './data.ts'

type Setting = { name: ImpactSettingName; words: string; hint: string }

const groups: { title: string; about: string; settings: Setting[] }[] = [
  {
    title: 'Small numbers',
    about:
      'How the answers of a group fall is shown only when enough people came and enough answered. A partnership may ask for more people than the built-in numbers, never for fewer. How many must have answered also holds for what colleagues saw, for accounts that were checked and for quotes.',
    settings: [
      { name: 'shown-from-attended', words: 'People who must have come', hint: '' },
      { name: 'shown-from-answered', words: 'People who must have answered', hint: '' },
      {
        name: 'percentages-from',
        words: 'Answers from which percentages are given',
        hint: 'With fewer, answers stand in counts alone. ',
      },
    ],
  },
  {
    title: 'Response',
    about:
      'Few answers may come from unlike people. So a page holds back where few have answered, and says beside its response whether the target is met.',
    settings: [
      {
        name: 'no-practice-below',
        words: 'Response below which no figure of practice stands, in per cent',
        hint: 'Of 100 people who came, how many must have answered. ',
      },
      {
        name: 'early-signs-below',
        words: 'Response below which a page is titled early signs, in per cent',
        hint: 'It then leads with how little and how much it can be of the whole room. ',
      },
      {
        name: 'response-target',
        words: 'Target for the response, in per cent',
        hint: 'Of 100 people who came, how many you want to hear from. ',
      },
    ],
  },
  {
    title: 'Reading what people wrote',
    about:
      'Some of the texts are read by two people, neither of whom sees which codes the other gave. A report says how far they agree.',
    settings: [
      {
        name: 'second-coder-percent',
        words: 'Texts that a second person reads, in per cent',
        hint: 'Of 100 texts, drawn by a fixed rule. ',
      },
    ],
  },
]

const wordsOf = (name: ImpactSettingName) =>
  groups.flatMap(({ settings }) => settings).find((one) => one.name === name)?.words ?? name

/** From how many people answers are shown, and what else a partnership sets for its figures; who may not change it reads it. */
export default function SettingsPage() {
  const settings = createAsync(() => getImpactSettings())
  const { done, settled } = createDone()
  return (
    <Page
      title="Settings of the impact pages"
      crumbs={[{ href: '/impact', words: 'Impact' }]}
      lead="A change holds at once for every page and every draft. Reports that were issued stay as they are."
    >
      <Done words={done()} />
      <Show when={settings()}>
        {(settings) => (
          <>
            <Show when={settings().mayChange} fallback={<AsTheyStand settings={settings()} />}>
              {/* Anew after each change, so that the form says what stands. */}
              <Show when={settings().seen + 1} keyed>
                <Change settings={settings()} settled={settled} />
              </Show>
            </Show>
            <h2>Changes</h2>
            <Show when={settings().changes.length} fallback={<p>Nothing was changed: the built-in numbers stand.</p>}>
              <Table
                caption="Changes of these settings"
                hideCaption
                columns={[
                  { words: 'When', cell: ({ at }) => at },
                  { words: 'What', cell: ({ name }) => wordsOf(name) },
                  { words: 'From', cell: ({ from }) => from, numeric: true },
                  { words: 'To', cell: ({ to }) => to, numeric: true },
                ]}
                rows={settings().changes}
              />
            </Show>
          </>
        )}
      </Show>
    </Page>
  )
}

const hintOf = ({ name, hint }: Setting, { builtIn }: ImpactSettings) =>
  `${hint}From ${impactSettingBounds[name].least} to ${impactSettingBounds[name].most}; ${builtIn[name]} is built in.`

function Change(props: { settings: ImpactSettings; settled: (words: string) => Promise<void> }) {
  const set = useAction(setImpactSettings)
  const send = async (fields: Fields) => {
    const values = Object.fromEntries(
      groups.flatMap(({ settings }) =>
        settings.map(({ name }) => [name, fields.number(`values.${name}`) ?? Number.NaN]),
      ),
    ) as ImpactSettingsInput['values']
    const { changed } = await set({ seen: props.settings.seen, values })
    await props.settled(
      changed.length ? `${counted(changed.length, 'setting is', 'settings are')} changed.` : 'Nothing was changed.',
    )
  }
  return (
    <Form send={send}>
      <For each={groups}>
        {(group) => (
          <>
            <h2>{group.title}</h2>
            <p>{group.about}</p>
            <For each={group.settings}>
              {(setting) => (
                <TextInput
                  name={`values.${setting.name}`}
                  label={setting.words}
                  hint={hintOf(setting, props.settings)}
                  value={props.settings.values[setting.name]}
                  inputmode="numeric"
                  width={3}
                />
              )}
            </For>
          </>
        )}
      </For>
      <Button>Save</Button>
    </Form>
  )
}

function AsTheyStand(props: { settings: ImpactSettings }) {
  return (
    <>
      <For each={groups}>
        {(group) => (
          <>
            <h2>{group.title}</h2>
            <p>{group.about}</p>
            <SummaryList
              rows={group.settings.map(({ name, words }) => ({
                key: words,
                value: String(props.settings.values[name]),
              }))}
            />
          </>
        )}
      </For>
      <p>An administrator changes them.</p>
    </>
  )
}
