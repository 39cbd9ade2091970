/* Every <div class="club-map" data-points-url="…"> becomes a map of the points (GeoJSON, see core/maps.py) found there.

   data-follows: the page's own query string goes along, and the points are fetched anew when the filters change it.
   data-tile-url: a tile server's template; without one the points stand on a plain ground with the names of their towns.
   A list of the same things stands beside every map, so nothing is lost when this file does not run. */
(() => {
  "use strict";

  const CENTRE_OF_FRANCE = [46.6, 2.5];
  const WIDEST = 5;
  const NEAREST = 17;

  /* Words come from the page, in its language. */
  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text; // never as HTML: members wrote it
    return made;
  };

  const popupOf = ({ title, text, town, url }) => {
    const box = element("div", "map-popup");
    const link = element("a", "map-popup-title", title);
    link.href = url;
    box.append(link);
    const line = [text, town].filter(Boolean).join(" · ");
    if (line) box.append(element("span", "map-popup-text", line));
    return box;
  };

  const markerOf = (feature, [longitude, latitude]) => {
    const { title } = feature.properties;
    const icon = L.divIcon({ className: "map-point", iconSize: [26, 26], html: element("span", "map-point-dot") });
    const marker = L.marker([latitude, longitude], { icon, alt: title, title, keyboard: true, riseOnHover: true });
    return marker.bindPopup(() => popupOf(feature.properties), { maxWidth: 260 });
  };

  const clusterIcon = (words) => (cluster) => {
    const count = cluster.getChildCount();
    const disc = element("span", "map-cluster-count", String(count));
    const size = count < 10 ? 34 : count < 100 ? 40 : 48;
    cluster.options.title = words.several.replace("%n", count);
    return L.divIcon({ className: "map-cluster", iconSize: [size, size], html: disc });
  };

  /* On a plain ground: the names of the towns with most points, under or above them, as long as they run neither into
     each other nor into the points. */
  const townNames = (map, clusters) => {
    const layer = L.layerGroup().addTo(map);
    let towns = [];
    const meets = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
    const pointBoxes = () => {
      const boxes = [];
      map.eachLayer((shown) => {
        if (!(shown instanceof L.Marker) || layer.hasLayer(shown)) return;
        const at = map.project(shown.getLatLng());
        const half = shown instanceof L.MarkerCluster ? 21 : 12;
        boxes.push({ left: at.x - half, right: at.x + half, top: at.y - half, bottom: at.y + half });
      });
      return boxes;
    };
    const draw = () => {
      layer.clearLayers();
      const taken = pointBoxes();
      const frame = map.getPixelBounds();
      for (const { name, centre } of towns) {
        const at = map.project(centre);
        const half = name.length * 3.4 + 6;
        for (const place of ["below", "above"]) {
          const top = at.y + (place === "below" ? 13 : -31);
          const box = { left: at.x - half, right: at.x + half, top, bottom: top + 18 };
          const inside =
            box.left > frame.min.x && box.right < frame.max.x && box.top > frame.min.y && box.bottom < frame.max.y;
          if (!inside || taken.some((other) => meets(box, other))) continue;
          taken.push(box);
          const icon = L.divIcon({ className: `map-town map-town-${place}`, iconSize: null, html: element("span", "", name) });
          L.marker(centre, { icon, interactive: false, keyboard: false, zIndexOffset: -1000 }).addTo(layer);
          break;
        }
      }
    };
    map.on("moveend", draw);
    clusters.on("animationend", draw);
    return (features) => {
      const byName = new Map();
      for (const { geometry, properties } of features) {
        if (!properties.town) continue;
        const town = byName.get(properties.town) || { name: properties.town, n: 0, longitude: 0, latitude: 0 };
        town.n += 1;
        town.longitude += geometry.coordinates[0];
        town.latitude += geometry.coordinates[1];
        byName.set(properties.town, town);
      }
      towns = [...byName.values()].sort((a, b) => b.n - a.n);
      for (const town of towns) town.centre = L.latLng(town.latitude / town.n, town.longitude / town.n);
      draw();
    };
  };

  const addressOf = (box) => {
    const url = new URL(box.dataset.pointsUrl, location.href);
    if ("follows" in box.dataset) {
      for (const [name, value] of new URLSearchParams(location.search)) {
        if (value && name !== "page") url.searchParams.append(name, value);
      }
    }
    return url;
  };

  const wordsOf = (box) => ({
    zoomIn: box.dataset.wordsZoomIn,
    zoomOut: box.dataset.wordsZoomOut,
    several: box.dataset.wordsSeveral,
    empty: box.dataset.wordsEmpty,
    failed: box.dataset.wordsFailed,
  });

  const make = (box) => {
    const words = wordsOf(box);
    const map = L.map(box, {
      center: CENTRE_OF_FRANCE,
      zoom: WIDEST,
      minZoom: 2,
      maxZoom: NEAREST,
      zoomControl: false,
      scrollWheelZoom: false, // the page scrolls; a press on the map lets the wheel zoom
      fadeAnimation: false,
    });
    map.attributionControl.setPrefix(false);
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    map.on("focus", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    map.on("popupopen", ({ popup }) => {
      const close = popup.getElement().querySelector(".leaflet-popup-close-button");
      if (close) close.setAttribute("aria-label", box.dataset.wordsClose);
    });
    if (box.dataset.tileUrl) {
      L.tileLayer(box.dataset.tileUrl, { maxZoom: NEAREST, attribution: "© OpenStreetMap" }).addTo(map);
    } else {
      box.classList.add("is-plain");
    }
    const clusters = L.markerClusterGroup({
      iconCreateFunction: clusterIcon(words),
      showCoverageOnHover: false,
      maxClusterRadius: 44,
      animate: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      chunkedLoading: true,
    }).addTo(map);
    const nameTowns = box.dataset.tileUrl ? () => {} : townNames(map, clusters);
    const notice = element("p", "map-notice");
    notice.setAttribute("role", "status");
    box.append(notice);
    let asked = 0;

    const show = async () => {
      const turn = ++asked;
      try {
        const answer = await fetch(addressOf(box), { headers: { Accept: "application/geo+json" } });
        if (!answer.ok) throw new Error(answer.status);
        const { features } = await answer.json();
        if (turn !== asked) return; // an older answer that comes late
        clusters.clearLayers();
        clusters.addLayers(features.map((feature) => markerOf(feature, feature.geometry.coordinates)));
        notice.textContent = features.length ? "" : words.empty;
        if (features.length) map.fitBounds(clusters.getBounds(), { paddingTopLeft: [56, 40], paddingBottomRight: [32, 40], maxZoom: 13, animate: false });
        nameTowns(features);
      } catch {
        if (turn === asked) notice.textContent = words.failed;
      }
    };
    box.clubMap = { map, show };
    show();
  };

  const makeAll = (root) =>
    root.querySelectorAll(".club-map[data-points-url]").forEach((box) => box.clubMap || make(box));

  const refresh = () =>
    document.querySelectorAll(".club-map[data-follows]").forEach((box) => box.clubMap && box.clubMap.show());

  makeAll(document);
  document.addEventListener("htmx:load", (event) => makeAll(event.target.parentElement || document));
  document.addEventListener("htmx:pushedIntoHistory", refresh);
})();
