/* Going to another address of the app without loading the page again.
 *
 * jingwei.nav.to("/unit/410105?lang=en") puts the address into the history and tells Dash: dcc.Location listens to
 * the event that dcc.Link itself sends. Back and forward work as with any link. jingwei.nav.but(url, {place: "1,2",
 * level: ""}) is the same address with other values in its query, without those that are empty; an area ends the
 * legend's filter, as in View.but.
 */
(function () {
  const jingwei = (window.jingwei ??= {});

  jingwei.nav = {
    /** Go to `url`, an address of this app, in place of the present one in the history where `replace` is true.
     * Nothing happens when it is the present one. */
    to(url, replace = false) {
      const target = new URL(url, window.location.href);
      if (target.href === window.location.href) return;
      window.history[replace ? "replaceState" : "pushState"]({}, "", target.href);
      window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    },

    but(url, changes) {
      const target = new URL(url, window.location.href);
      if ("area" in changes) target.searchParams.delete("hidden");
      for (const [name, value] of Object.entries(changes)) {
        if (value) target.searchParams.set(name, value);
        else target.searchParams.delete(name);
      }
      return target.pathname + target.search.replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%3B", ";");
    },
  };
})();
