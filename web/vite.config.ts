import { fileURLToPath } from 'node:url'
import { NodePackageImporter } from 'sass'
import { defineConfig, type Plugin } from 'vite'
import solid from 'vite-plugin-solid'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Whom a person without script can ring must stand in the page itself, so it is written in when the page is built. */
function contactWithoutScript(env: NodeJS.ProcessEnv): Plugin {
  const contact: Record<string, string> = {
    name: env.PARTNERSHIP ?? 'Example Safeguarding Partnership',
    phone: env.TEAM_PHONE ?? '01632 960 010',
    email: env.TEAM_EMAIL ?? 'training@safeguarding.example',
  }
  const escaped = (words: string) => words.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
  return {
    name: 'contact-without-script',
    transformIndexHtml: (html) => html.replace(/\{\{(name|phone|email)\}\}/g, (_, key) => escaped(contact[key]!)),
  }
}

export default defineConfig({
  root: here,
  base: '/',
  plugins: [solid(), contactWithoutScript(process.env)],
  css: {
    preprocessorOptions: { scss: { importers: [new NodePackageImporter(here)], quietDeps: true } },
  },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { main: `${here}index.html`, answers: `${here}answers.ts`, hints: `${here}hints.ts` },
      // Pages reached from an e-mail name their script, so that it keeps its name; the app's own carry a hash.
      output: { entryFileNames: ({ name }) => (name === 'main' ? 'assets/[name]-[hash].js' : '[name].js') },
    },
    // lightningcss refuses the old-browser hacks in govuk-frontend's Sass.
    cssMinify: 'esbuild',
    reportCompressedSize: true,
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(
      ['/api', '/example', '/healthz'].map((path) => [path, { target: 'http://127.0.0.1:8787', changeOrigin: false }]),
    ),
  },
})
