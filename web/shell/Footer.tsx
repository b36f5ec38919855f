import { A } from '@solidjs/router'
import { useMe } from './me.ts'

export function Footer() {
  const me = useMe()
  const partnership = () => me().partnership
  return (
    <footer class="foot">
      <div class="foot-row">
        <div>
          <h2>Help</h2>
          <p>
            Ring {partnership().team} on{' '}
            <a href={`tel:${partnership().phone.replaceAll(' ', '')}`}>{partnership().phone}</a> or write to{' '}
            <a href={`mailto:${partnership().email}`}>{partnership().email}</a>.
          </p>
        </div>
        <ul class="foot-links">
          <li>
            <A href="/accessibility">Accessibility</A>
          </li>
          <li>
            <A href="/privacy">Privacy</A>
          </li>
        </ul>
        <p class="foot-name">{partnership().name}</p>
      </div>
    </footer>
  )
}
