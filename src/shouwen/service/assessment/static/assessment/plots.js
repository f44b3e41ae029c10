// Plots: the points of a figure, drawn by ECharts. The points stand beside the box as JSON.
(() => {
  "use strict";
  document.querySelectorAll("[data-plot]").forEach((box) => {
    const points = JSON.parse(box.dataset.plot);
    if (!points.length || !window.echarts) { box.hidden = true; return; }
    const style = getComputedStyle(document.documentElement);
    const colour = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
    const plot = window.echarts.init(box, null, { renderer: "svg" });
    plot.setOption({
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      color: [colour("--accent", "#0b5cad")],
      grid: { left: 8, right: 16, top: 16, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (v) => (v === null || v === undefined ? "—" : `${v}${box.dataset.measure}`) },
      xAxis: { type: "category", data: points.map((p) => p[0].slice(5)) },
      yAxis: { type: "value", scale: true },
      series: [{ type: "line", data: points.map((p) => p[1]), connectNulls: false, showSymbol: points.length < 40, symbolSize: 6 }],
    });
    new ResizeObserver(() => plot.resize()).observe(box);
  });
})();
