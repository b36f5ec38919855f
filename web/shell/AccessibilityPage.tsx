import { useMe } from './me.ts'
import { Page } from './Page.tsx'

/** The last check and what it covered. Change both only when a check was really made: people rely on this statement. */
const checked = {
  on: 'Saturday 21 November 2026',
  how: 'with axe-core, at 320 and 1280 pixels, on this page, the privacy page, the first page and the page shown when an address is not found, and on a sample of every form control, table and picture',
}

export default function AccessibilityPage() {
  const me = useMe()
  const partnership = () => me().partnership
  return (
    <Page
      title="Accessibility statement"
      lead="How usable this site is, what we know does not work, and how to tell us."
    >
      <p>
        This statement is for the training site of {partnership().name}. We want everyone to be able to use it. You
        should be able to:
      </p>
      <ul>
        <li>make the text twice as large without losing anything</li>
        <li>use it on a screen 320 pixels wide without scrolling sideways</li>
        <li>do everything with a keyboard or by voice</li>
        <li>listen to all of it with a screen reader</li>
        <li>change colours and contrast in your own settings</li>
      </ul>
      <h2>How accessible it is</h2>
      <p>
        We build to the Web Content Accessibility Guidelines 2.2, level AA. We do not yet know whether all of the site
        meets them: not every page has been checked, automatic checks find only some kinds of fault, and nobody has yet
        tested it with a screen reader, voice control or magnification.
      </p>
      <h2>What we know does not work</h2>
      <ul>
        <li>Wide tables, such as the matrix of before and after, scroll sideways within their own frame on a phone.</li>
        <li>
          Slides and recordings that trainers supply may lack captions or a reading order. Ask us for another format.
        </li>
      </ul>
      <h2>If you cannot use something</h2>
      <p>
        Ring {partnership().team} on {partnership().phone} or write to{' '}
        <a href={`mailto:${partnership().email}`}>{partnership().email}</a>. Say what you were doing and what you use.
        We answer within five working days, and can book a place, send a certificate or take an answer by phone.
      </p>
      <h2>If you are not content with our answer</h2>
      <p>
        The Equality and Human Rights Commission enforces the Public Sector Bodies (Websites and Mobile Applications)
        (No. 2) Accessibility Regulations 2018. The Equality Advisory and Support Service can advise you.
      </p>
      <h2>When this was checked</h2>
      <p>
        Last checked on {checked.on}, {checked.how}. The check found no faults there. Other pages are not covered by it.
      </p>
    </Page>
  )
}
