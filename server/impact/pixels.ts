/** A drawing as pixels: the Word document carries each picture as SVG and, for readers that cannot draw it, as PNG. */

import { initWasm, Resvg } from '@resvg/resvg-wasm'

/** What an entry brings along for it: a Worker its bundled module, Node the file's bytes. */
export interface Rasteriser {
  engine: () => Promise<WebAssembly.Module | BufferSource>
  fonts: () => Promise<{ regular: Uint8Array; bold: Uint8Array }>
}

let isReady: Promise<void> | undefined

/** Starts the engine, which takes its module once in a process; one that failed may be tried again. */
function ready(engine: Rasteriser['engine']): Promise<void> {
  isReady ??= engine()
    .then((wasm) => initWasm(wasm))
    .catch((error: unknown) => {
      isReady = undefined
      throw error
    })
  return isReady
}

/**
 * The picture as PNG, `width` pixels wide: give twice the drawing's width for paper.
 * @throws Error when the SVG is not well-formed or the engine does not start
 */
export async function pngOf(svg: string, width: number, world: Rasteriser): Promise<Uint8Array> {
  const { regular, bold } = await world.fonts()
  await ready(world.engine)
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'width', value: width },
    font: { fontBuffers: [regular, bold], defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' },
  })
  try {
    const image = drawing.render()
    try {
      return image.asPng()
    } finally {
      image.free()
    }
  } finally {
    drawing.free()
  }
}
