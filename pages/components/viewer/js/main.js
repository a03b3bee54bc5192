// What the component calls whenever the page gives it data, and the only thing that it calls.
import { Viewer } from "./viewer.js"

const viewers = new WeakMap()
export default ({ data, parentElement, setTriggerValue }, Kind = Viewer) => {
  const place = parentElement.querySelector(".place")
  if (!viewers.has(place)) viewers.set(place, new Kind(place))
  const viewer = viewers.get(place)
  viewer.update(data, setTriggerValue)
  return () => { viewer.end(); viewers.delete(place) }
}
