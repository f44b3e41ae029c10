// Both sides as bars, drawn by ECharts. The points stand beside the box as JSON.
(() => {
  "use strict";
  document.querySelectorAll("[data-sides]").forEach((box) => {
    const points = JSON.parse(box.dataset.sides);
    if (!points.labels.length || !window.echarts) { box.hidden = true; return; }
    const style = getComputedStyle(document.documentElement);
    const colour = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
    // A Chinese character is as wide as two letters.
    const short = (text) => {
      let width = 0;
      for (let n = 0; n < text.length; n += 1) {
        width += text.charCodeAt(n) > 0x2e7f ? 2 : 1;
        if (width > 30) return `${text.slice(0, n).trimEnd()}…`;
      }
      return text;
    };
    if (points.lying) box.style.height = `${70 + points.labels.length * 34}px`;
    const plot = window.echarts.init(box, null, { renderer: "svg" });
    const names = { type: "category", data: points.labels, inverse: points.lying, axisLabel: { interval: 0, formatter: points.lying ? short : undefined } };
    const counts = { type: "value", minInterval: 1 };
    const side = (name, data, look) => ({ name, type: "bar", data, barMaxWidth: 16, itemStyle: look });
    plot.setOption({
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      legend: { top: 0, right: 0 },
      grid: { left: 8, right: 24, top: 30, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, renderMode: "richText" },
      xAxis: points.lying ? counts : names,
      yAxis: points.lying ? names : counts,
      series: [
        side("A", points.a, { color: colour("--muted", "#5b6b7c") }),
        side("B", points.b, { color: colour("--brand", "#0b5cad"), decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 3], color: "rgba(255,255,255,.35)", rotation: 0.7 } }),
      ],
    });
    new ResizeObserver(() => plot.resize()).observe(box);
  });
})();
