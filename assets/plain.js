/* A tree of plain elements as one Dash component; components/plain.py makes the trees.
 *
 * A node is a text, or [tag, attributes, child…] with the attributes as React names them; an empty tag is a run of
 * siblings.
 */
(function () {
  const { createElement, Fragment } = window.React;
  const draw = (node) => (Array.isArray(node) ? createElement(node[0] || Fragment, node[1], ...node.slice(2).map(draw)) : node);

  (window.jingwei ??= {}).Plain = ({ tree }) => draw(tree);
})();
