import { Router } from '@solidjs/router'
import { render } from 'solid-js/web'
import { routes } from './routes.tsx'
import { Shell } from './shell/Shell.tsx'

// explicitLinks: only <A> stays in the page; a plain link (a document, an e-mailed page, a file) goes to the server.
render(
  () => (
    <Router root={Shell} explicitLinks scrollRestoration>
      {routes}
    </Router>
  ),
  document.getElementById('app')!,
)
