/** Script for a page: the texts of amounts that reach out of their tile or panel or over another one, and numbers that an axis cuts. */
export const unreadAmounts = `(() => {
  const boxOf = (one) => one.getBoundingClientRect();
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((one) => boxOf(one).width > 0);
  const isOut = (one, around) => boxOf(one).right > boxOf(around).right + 1 || boxOf(one).left < boxOf(around).left - 1;
  const amounts = shown('main .money, main .figure .count');
  const covers = (one, other) =>
    boxOf(one).left < boxOf(other).right - 1 && boxOf(other).left < boxOf(one).right - 1 &&
    boxOf(one).top < boxOf(other).bottom - 1 && boxOf(other).top < boxOf(one).bottom - 1;
  const unread = amounts.filter((one, index) =>
    ['.tile, .panel, .scroll, main', '.scroll, .tiles, main'].some((around) => isOut(one, one.closest(around))) ||
    amounts.slice(index + 1).some((other) => covers(one, other)));
  const cut = shown('.chart-axis text').filter((one) => isOut(one, one.closest('svg')));
  return [...unread, ...cut].map((one) => one.textContent);
})()`;
