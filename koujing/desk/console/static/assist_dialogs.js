// The two dialogs of a call. Each gives what was chosen, or null.

function opened(dialog) {
  return new Promise((resolve) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
    dialog.showModal();
  });
}

function radios(dialog) {
  return [...dialog.querySelectorAll("input[type=radio]")];
}

const wrap = document.getElementById("wrap-up");
wrap.addEventListener("keydown", (event) => {
  const choice = radios(wrap)[Number(event.key) - 1];
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  choice.focus();
});

export const dialogs = {
  async wrapUp() {
    radios(wrap).find((one) => one.checked)?.focus();
    const way = await opened(wrap);
    if (way !== "next" && way !== "end") return null;
    return { code: radios(wrap).find((one) => one.checked).value, next: way === "next" };
  },

  async deviate(approved) {
    const dialog = document.getElementById("deviate");
    document.getElementById("deviate-text").textContent = approved;
    const worded = document.getElementById("worded");
    const remark = document.getElementById("remark");
    worded.value = "";
    remark.value = "";
    radios(dialog).forEach((one) => {
      one.checked = false;
    });
    if ((await opened(dialog)) !== "keep") return null;
    return { worded: worded.value, reason: radios(dialog).find((one) => one.checked).value, remark: remark.value };
  },
};
