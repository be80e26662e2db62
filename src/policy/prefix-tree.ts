import { Bucket } from './bucket.ts'
import type { Entry } from './entry.ts'

/** All patterns below start with the labels on the path to this node, including its own. */
export class PrefixNode {
  label: string
  /** Patterns whose literal start ends here. */
  bucket: Bucket | undefined
  /** By the first code unit of their labels. */
  readonly children = new Map<number, PrefixNode>()
  /**
   * The children whose labels start with an ASCII character, from `#base` on: an array is faster
   * than a map.
   */
  #dense: (PrefixNode | undefined)[] | undefined
  #base = 0

  constructor(label: string) {
    this.label = label
  }

  /** The child whose label starts with the character at `at`. */
  next(text: string, at: number): PrefixNode | undefined {
    if (this.children.size === 0) return undefined
    this.#dense ??= this.#denseChildren()
    const code = text.charCodeAt(at)
    const child = code < 128 ? this.#dense[code - this.#base] : this.children.get(code)
    return child && (child.label.length === 1 || text.startsWith(child.label, at))
      ? child
      : undefined
  }

  #denseChildren(): (PrefixNode | undefined)[] {
    const codes = [...this.children.keys()].filter((code) => code < 128)
    this.#base = Math.min(...codes, 127)
    const last = Math.max(...codes, this.#base)
    return Array.from({ length: last - this.#base + 1 }, (_, i) =>
      this.children.get(this.#base + i),
    )
  }

  /** Splits this node after that many characters; its contents move to the lower half. */
  split(at: number): void {
    const lower = new PrefixNode(this.label.slice(at))
    for (const [code, child] of this.children) lower.children.set(code, child)
    lower.bucket = this.bucket
    this.label = this.label.slice(0, at)
    this.children.clear()
    this.children.set(lower.label.charCodeAt(0), lower)
    this.bucket = undefined
  }
}

/** A compressed tree of the literal starts of patterns. Fill it before the first query. */
export class PrefixTree {
  readonly root = new PrefixNode('')

  add(prefix: string, entry: Entry): void {
    let node = this.root
    let rest = prefix
    while (rest !== '') {
      let child = node.children.get(rest.charCodeAt(0))
      if (!child) {
        child = new PrefixNode(rest)
        node.children.set(rest.charCodeAt(0), child)
      }
      const common = commonLength(child.label, rest)
      if (common < child.label.length) child.split(common)
      node = child
      rest = rest.slice(common)
    }
    node.bucket ??= new Bucket()
    node.bucket.add(entry)
  }
}

function commonLength(a: string, b: string): number {
  let i = 0
  while (i < a.length && i < b.length && a.charCodeAt(i) === b.charCodeAt(i)) i++
  return i
}
