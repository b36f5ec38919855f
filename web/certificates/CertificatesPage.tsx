import { createAsync } from '@solidjs/router'
import { Show } from 'solid-js'
import { Empty } from '#web/parts/Empty.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { Tag } from '#web/parts/Tag.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { getMyCertificates } from './data.ts'

export default function CertificatesPage() {
  const mine = createAsync(() => getMyCertificates())
  return (
    <Page
      title="My certificates"
      lead="Each has a page of its own, a PDF to keep, and a code with which anyone can check it."
    >
      <Show when={mine()}>
        {(mine) => (
          <Show
            when={mine().certificates.length > 0}
            fallback={
              <Empty title="Your certificates will be here.">
                <p>
                  One comes when you have attended and answered or skipped the questions at the end of the day; without
                  that, two working days later.
                </p>
              </Empty>
            }
          >
            <Rows
              rows={mine().certificates.map((certificate) => ({
                title: certificate.course,
                tag: certificate.status === 'valid' ? undefined : <Tag>{certificate.statusWords}</Tag>,
                detail: `${certificate.dates}. ${counted(certificate.hours, 'hour', 'hours')}. Number ${certificate.number}.`,
                action: (
                  <>
                    {/* The certificate is a page of its own outside this app, so that it works for whoever it is sent to. */}
                    <a class="row-link" href={certificate.href} rel="external">
                      {certificate.status === 'valid' ? 'See and save' : 'See'}
                      <span class="govuk-visually-hidden">
                        : {certificate.course}, {certificate.dates}
                      </span>
                    </a>
                    <Show when={certificate.accountHref}>
                      {(href) => (
                        <a class="row-link" href={href()} rel="external">
                          Your reflective account
                          <span class="govuk-visually-hidden">
                            : {certificate.course}, {certificate.dates}
                          </span>
                        </a>
                      )}
                    </Show>
                  </>
                ),
              }))}
            />
          </Show>
        )}
      </Show>
    </Page>
  )
}
