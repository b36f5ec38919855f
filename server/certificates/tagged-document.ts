import PDFDocument from 'pdfkit'

/** The certificate and what else is printed start from this: PDF 1.7 that says it is PDF/UA-1, in British English, without a page yet. */
export function openDocument(about: {
  title: string
  author: string
  subject: string
  /** Milliseconds UTC. The file's identifier is made from this and the words above, so that the same input gives the same bytes. */
  madeAt: number
}): PDFKit.PDFDocument {
  const options = {
    autoFirstPage: false,
    displayTitle: true,
    font: '',
    lang: 'en-GB',
    pdfVersion: '1.7',
    subset: 'PDF/UA',
    tagged: true,
    info: {
      Title: about.title,
      Author: about.author,
      Subject: about.subject,
      Creator: 'Afterwards',
      CreationDate: new Date(about.madeAt),
    },
  }
  // @types/pdfkit does not know the subset PDF/UA yet.
  return Reflect.construct(TaggedDocument, [options])
}

/** Ends the document. */
export async function bytesOf(doc: PDFKit.PDFDocument): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  await new Promise((resolve, reject) => {
    doc.on('data', (part: Uint8Array) => parts.push(part))
    doc.on('error', reject)
    doc.on('end', resolve)
    doc.end()
  })
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

class TaggedDocument extends PDFDocument {
  /** pdfkit writes the title into XML as it is; the title proper has been written by now. */
  override endMetadata() {
    for (const entry of ['Title', 'Author', 'Subject'] as const) {
      this.info[entry] = (this.info[entry] ?? '').replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    }
    super.endMetadata()
  }
}
