/** A drawing as pixels, for the Word document: Word before 2019 and LibreOffice want a PNG beside the SVG. */

/** The picture as PNG, `width` pixels wide. */
export async function pngOf(_svg: string, _width: number): Promise<Uint8Array> {
  throw new Error('not yet')
}
