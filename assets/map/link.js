/* Maps that move together: while the model says `linked`, what a hand does to one map the others do too.
 *
 * A part of the map (see controller.js). Only the map that was touched last leads, so that maps which fly to the same
 * place by themselves do not push each other.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const GESTURES = ["pointerdown", "wheel", "keydown", "focusin"];
  let leader = null;

  function create(controller) {
    const { map: leaflet, box } = controller;
    let linked = false;
    const lead = () => (leader = leaflet);

    /** While it zooms by itself the others wait for the end, when they jump to the same place. */
    function follow(event) {
      if (!linked || leader !== leaflet || (event.type === "move" && leaflet._animatingZoom)) return;
      for (const other of map.all()) {
        if (other === controller || !other.model?.linked) continue;
        other.map.setView(leaflet.getCenter(), leaflet.getZoom(), { animate: false });
      }
    }

    GESTURES.forEach((name) => box.addEventListener(name, lead, { passive: true }));
    leaflet.on("move zoomend", follow);
    return {
      set(model) {
        linked = Boolean(model.linked);
      },
      remove() {
        GESTURES.forEach((name) => box.removeEventListener(name, lead));
        leaflet.off("move zoomend", follow);
        if (leader === leaflet) leader = null;
      },
    };
  }

  (map.parts ??= []).push(create);
})();
