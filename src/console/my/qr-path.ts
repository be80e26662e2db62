/** A QR code as an SVG path of squares of one unit, with the units around it that readers need. */
export interface QrPath {
  readonly path: string
  /** Units of each side, with what is around it. */
  readonly size: number
}

const around = 4

/** ISO/IEC 18004, level M. Loaded when asked for, so that it does not delay the start. */
export async function qrPath(text: string): Promise<QrPath> {
  const { default: qrcode } = await import('qrcode')
  const { modules } = qrcode.create(text, { errorCorrectionLevel: 'M' })
  let path = ''
  for (let y = 0; y < modules.size; y++)
    for (let x = 0; x < modules.size; x++)
      if (modules.get(y, x)) path += `M${x + around} ${y + around}h1v1h-1z`
  return { path, size: modules.size + 2 * around }
}
