/* Outlines above the cells: the unit that is looked at, and the cell under the pointer.
 *
 * map.outline.create(pane) -> {layer, show(selected), hovered, tokens, redraw()}
 * selected: {geometry, pairs, colour?} (borders.outline) or null; hovered: {geometry, cell} or null.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});

  function stroke(ctx, colour, width, halo) {
    ctx.lineJoin = "round";
    if (halo) {
      ctx.strokeStyle = halo;
      ctx.lineWidth = width + 2;
      ctx.stroke();
    }
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.stroke();
  }

  function draw(ctx, frame, state) {
    const { selected, hovered, tokens } = state;
    if (!tokens) return;
    if (selected) {
      ctx.beginPath();
      map.borders.lines(ctx, selected.geometry, frame.view(selected.geometry), selected.pairs);
      ctx.globalAlpha = state.night ? 0.72 : 1;
      stroke(ctx, tokens["text-1"], state.night ? 1.5 : 2);
      ctx.globalAlpha = 1;
    }
    if (hovered) {
      ctx.beginPath();
      map.borders.ring(ctx, hovered.geometry, frame.view(hovered.geometry), hovered.cell);
      stroke(ctx, tokens.accent, 2, tokens["surface-1"]);
    }
  }

  map.outline = {
    create(pane) {
      const state = { selected: null, hovered: null, tokens: null, night: true };
      state.layer = map.overlay.create({ pane, draw: (ctx, frame) => draw(ctx, frame, state) });
      state.redraw = () => state.layer.redraw();
      state.show = (selected) => {
        const known = selected?.pairs === state.selected?.pairs && selected?.colour === state.selected?.colour;
        state.selected = selected;
        if (!known) state.redraw();
      };
      return state;
    },
  };
})();
