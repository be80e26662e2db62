import { html, type Safe } from './html.ts'

/** A QR code from its path of units, on white in the dark as well, which readers need. */
export function qrPicture({
  path,
  size,
  label,
}: {
  readonly path: string
  readonly size: number
  readonly label: string
}): Safe {
  return html`<svg role="img" aria-label="${label}" width="${size * 4}" height="${size * 4}"
 viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><rect width="${size}"
 height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg>`
}
