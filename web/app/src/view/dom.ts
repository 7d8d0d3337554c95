type Attributes = Record<string, string | boolean | ((event: Event) => void)>

/**
 * An element with attributes and children. A function is a listener, named as
 * in `onclick`; true sets an attribute without a value, false none.
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'style')
      element.style.cssText = String(value) // unlike the attribute, allowed under a strict policy
    else if (typeof value === 'function') element.addEventListener(name.slice(2), value)
    else if (value !== false) element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...children)
  return element
}

/** The element with an id, which index.html is known to have. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (!element) throw new Error(`index.html has no #${id}`)
  return element
}
