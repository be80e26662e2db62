import { crc32, deflateSync, inflateSync } from 'node:zlib'

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const mostColors = 256

/**
 * The picture with 256 colors at most, a third of its bytes: enough for pages, which have few.
 * Takes what Chromium writes: 8 bits a channel, not interlaced (PNG specification, third edition).
 */
export function smallPng(png: Buffer): Buffer {
  const { header, data } = partsOf(png)
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const channels = header[9] === 6 ? 4 : 3
  const pixels = unfiltered(inflateSync(data), width * channels, channels)
  const palette = paletteOf(pixels, channels)
  const near = new Map<number, number>()
  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const color = colorAt(pixels, (y * width + x) * channels)
      let index = near.get(color)
      if (index === undefined) {
        index = nearest(palette, color)
        near.set(color, index)
      }
      rows[y * (width + 1) + 1 + x] = index
    }
  const indexed = Buffer.from(header)
  indexed[9] = 3
  const colors = Buffer.from(palette.flatMap((one) => [one >> 16, (one >> 8) & 255, one & 255]))
  return Buffer.concat([
    signature,
    ...[chunk('IHDR', indexed), chunk('PLTE', colors)],
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function partsOf(png: Buffer): { readonly header: Buffer; readonly data: Buffer } {
  const data: Buffer[] = []
  let header: Buffer = Buffer.alloc(0)
  for (let at = signature.length; at < png.length; ) {
    const length = png.readUInt32BE(at)
    const kind = png.toString('latin1', at + 4, at + 8)
    const inside = png.subarray(at + 8, at + 8 + length)
    if (kind === 'IHDR') header = inside
    if (kind === 'IDAT') data.push(inside)
    at += length + 12
  }
  return { header, data: Buffer.concat(data) }
}

/** Undoes the filter of each row (section 9). */
function unfiltered(raw: Buffer, stride: number, step: number): Buffer {
  const rows = raw.length / (stride + 1)
  const out = Buffer.alloc(rows * stride)
  for (let y = 0; y < rows; y++) {
    const kind = raw[y * (stride + 1)]
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x
      const left = x < step ? 0 : out[at - step]!
      const up = y === 0 ? 0 : out[at - stride]!
      const corner = x < step || y === 0 ? 0 : out[at - stride - step]!
      const before = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][kind ?? 0]!
      out[at] = raw[y * (stride + 1) + 1 + x]! + before
    }
  }
  return out
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const [a, b, c] = [left, up, corner].map((one) => Math.abs(guess - one)) as [
    number,
    number,
    number,
  ]
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}

const colorAt = (pixels: Buffer, at: number) => pixels.readUIntBE(at, 3)

/** The colors that occur most, of those that are alike one. */
function paletteOf(pixels: Buffer, channels: number): readonly number[] {
  const counts = new Map<number, number>()
  for (let at = 0; at < pixels.length; at += channels) {
    const color = colorAt(pixels, at)
    counts.set(color, (counts.get(color) ?? 0) + 1)
  }
  const often = [...counts].sort(([, one], [, other]) => other - one).map(([color]) => color)
  const chosen = often.slice(0, mostColors / 2)
  for (const color of often.slice(mostColors / 2))
    if (chosen.length < mostColors && distance(chosen[nearest(chosen, color)]!, color) > 300)
      chosen.push(color)
  return chosen
}

function nearest(palette: readonly number[], color: number): number {
  let best = 0
  for (const [i, one] of palette.entries())
    if (distance(one, color) < distance(palette[best]!, color)) best = i
  return best
}

function distance(one: number, other: number): number {
  return [16, 8, 0].reduce((sum, by) => sum + (((one >> by) & 255) - ((other >> by) & 255)) ** 2, 0)
}

function chunk(kind: string, inside: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(inside.length)
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), inside])
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
