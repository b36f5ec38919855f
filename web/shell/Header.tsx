import { A, useLocation } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { Role } from '#server/people/input.ts'
import { Button } from '#web/parts/Button.tsx'
import { paths } from '#web/routes.tsx'
import { roleWords } from '#web/words.ts'
import { linksFor } from './links.ts'
import { actAs, type Me, signInHref, signOut } from './me.ts'

const staff: readonly Role[] = ['coordinator', 'sub-group', 'administrator', 'trainer']

/** Delegates and agency leads know their partnership by name; those who work with the site daily know it as Afterwards. */
export function Header(props: { me: Me | undefined }) {
  const location = useLocation()
  const [isOpen, setOpen] = createSignal(false)
  const brand = () => (props.me?.role && staff.includes(props.me.role) ? 'Afterwards' : props.me?.partnership.name)
  const links = () => (props.me ? linksFor(props.me.role, paths) : [])
  /** A register belongs to Registers, though its address is its event’s. */
  const here = () => (location.pathname.endsWith('/register') ? '/registers' : location.pathname)
  const isHere = (href: string) => here() === href || here().startsWith(`${href}/`)

  return (
    <header class="band">
      <div class="band-row">
        <A href="/" class="band-name" onClick={() => setOpen(false)}>
          {brand() ?? 'Afterwards'}
        </A>
        <Show when={links().length > 0}>
          <button
            type="button"
            class="band-menu"
            aria-expanded={isOpen()}
            aria-controls="navigation"
            onClick={() => setOpen(!isOpen())}
          >
            Menu
          </button>
          <nav id="navigation" class="band-links" classList={{ 'is-open': isOpen() }} aria-label="Main">
            <ul>
              <For each={links()}>
                {(link) => (
                  <li>
                    <A
                      href={link.href}
                      aria-current={isHere(link.href) ? 'page' : undefined}
                      onClick={() => setOpen(false)}
                    >
                      {link.words}
                    </A>
                  </li>
                )}
              </For>
            </ul>
          </nav>
        </Show>
        <Show when={props.me}>{(me) => <Who me={me()} />}</Show>
      </div>
    </header>
  )
}

function Who(props: { me: Me }) {
  const location = useLocation()
  const others = () => props.me.roles.filter((role) => role !== props.me.role)
  return (
    <div class="band-who">
      <Show
        when={props.me.signedIn}
        fallback={
          <Show when={location.pathname !== '/sign-in'}>
            <A href={signInHref(location.pathname + location.search)}>Sign in</A>
          </Show>
        }
      >
        <span class="band-role">{props.me.role ? roleWords[props.me.role] : props.me.person?.name}</span>
        <For each={others()}>
          {(role) => (
            <Button class="band-press" onPress={() => actAs(role)}>
              <span class="govuk-visually-hidden">Act as </span>
              {roleWords[role]}
            </Button>
          )}
        </For>
        <Button class="band-press" onPress={signOut}>
          Sign out
        </Button>
      </Show>
    </div>
  )
}
