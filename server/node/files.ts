/** Files that Node reads for the world: embedded fonts and the built front end. node.ts and the tests use it; worker.ts never. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { extname, join, normalize } from 'node:path'

const find = createRequire(import.meta.url)
let fonts: Promise<{ regular: Uint8Array; bold: Uint8Array }> | undefined

/** DejaVu Sans covers the names that people have: Latin with every accent, Greek, Cyrillic, Arabic. */
export function fontsFromPackage(): Promise<{ regular: Uint8Array; bold: Uint8Array }> {
  fonts ??= Promise.all([
    readFile(find.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf')),
    readFile(find.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf')),
  ]).then(([regular, bold]) => ({ regular, bold }))
  return fonts
}

/** The WebAssembly that turns drawings into pixels, read when the first document is made. */
export const engineFromPackage = (): Promise<Uint8Array<ArrayBuffer>> =>
  readFile(find.resolve('@resvg/resvg-wasm/index_bg.wasm')).then((bytes) => new Uint8Array(bytes))

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
}

/** Serves a folder from memory once read; null for a file that is not there. */
export function assetsFrom(folder: string): (path: string) => Promise<Response | null> {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>()
  return async (path) => {
    const name = normalize(path).replace(/^(\.\.[/\\])+/, '')
    let bytes = kept.get(name)
    if (!bytes) {
      try {
        bytes = new Uint8Array(await readFile(join(folder, name)))
      } catch {
        return null
      }
      kept.set(name, bytes)
    }
    const type = types[extname(name)]
    if (!type) return null
    return new Response(bytes, {
      headers: {
        'Content-Type': type,
        'Cache-Control': name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      },
    })
  }
}
