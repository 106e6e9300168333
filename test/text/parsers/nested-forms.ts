/** A small PDF that is much work: a form that draws the one before it ten times, and so on. */

import { PDFDocument, PDFName, StandardFonts } from 'pdf-lib';

/** The innermost form draws one letter, 10^levels times: PDF.js remembers forms without any. */
export async function nestedForms(levels: number): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  const page = document.addPage();
  const { context } = document;
  const form = { Type: 'XObject', Subtype: 'Form', BBox: [0, 0, 1, 1] };
  const font = await document.embedFont(StandardFonts.Helvetica);
  const letter = { ...form, Resources: { Font: { F1: font.ref } } };
  let inner = context.register(context.stream('BT /F1 1 Tf (x) Tj ET', letter));
  for (let level = 0; level < levels; level++) {
    const outer = context.stream('/F Do '.repeat(10), { ...form, Resources: { XObject: { F: inner } } });
    inner = context.register(outer);
  }
  page.node.set(PDFName.of('Resources'), context.obj({ XObject: { F: inner } }));
  page.node.set(PDFName.of('Contents'), context.register(context.stream('/F Do')));
  return await document.save();
}
