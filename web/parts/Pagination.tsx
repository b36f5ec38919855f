import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'

/** `href` gives the address of a page, with the search it stands in. */
export function Pagination(props: { page: number; pages: number; href: (page: number) => string }) {
  const shown = () => {
    const near = [1, props.page - 1, props.page, props.page + 1, props.pages]
    return [...new Set(near)].filter((page) => page >= 1 && page <= props.pages).sort((a, b) => a - b)
  }
  return (
    <Show when={props.pages > 1}>
      <nav class="govuk-pagination" aria-label="Pages">
        <Show when={props.page > 1}>
          <div class="govuk-pagination__prev">
            <A class="govuk-link govuk-pagination__link" href={props.href(props.page - 1)} rel="prev">
              <span class="govuk-pagination__link-title">
                Previous<span class="govuk-visually-hidden"> page</span>
              </span>
            </A>
          </div>
        </Show>
        <ul class="govuk-pagination__list">
          <For each={shown()}>
            {(page, index) => (
              <>
                <Show when={index() > 0 && page - shown()[index() - 1]! > 1}>
                  <li class="govuk-pagination__item govuk-pagination__item--ellipsis">⋯</li>
                </Show>
                <li
                  class="govuk-pagination__item"
                  classList={{ 'govuk-pagination__item--current': page === props.page }}
                >
                  <A
                    class="govuk-link govuk-pagination__link"
                    href={props.href(page)}
                    aria-label={`Page ${page}`}
                    aria-current={page === props.page ? 'page' : undefined}
                  >
                    {page}
                  </A>
                </li>
              </>
            )}
          </For>
        </ul>
        <Show when={props.page < props.pages}>
          <div class="govuk-pagination__next">
            <A class="govuk-link govuk-pagination__link" href={props.href(props.page + 1)} rel="next">
              <span class="govuk-pagination__link-title">
                Next<span class="govuk-visually-hidden"> page</span>
              </span>
            </A>
          </div>
        </Show>
      </nav>
    </Show>
  )
}
