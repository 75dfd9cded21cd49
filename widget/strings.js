// Words of the window itself. What is said about policies comes from the desk.
const WORDS = {
  launch: '政策咨询',
  title: '就业政策咨询',
  close: '关闭咨询窗',
  elder: '长者版',
  elderOff: '退出长者版',
  elderAsk: '字看不清？可以用大字的长者版。',
  elderNo: '不用了',
  smaller: '字小一点',
  larger: '字大一点',
  size: '字号 {0}',
  script: '繁體',
  toHans: '简体',
  more: '更多',
  save: '保存对话',
  saved: '对话已保存',
  saveName: '政策咨询对话.txt',
  failed: '没有成功：{0}',
  print: '打印',
  human: '转人工',
  clear: '清除对话',
  clearTitle: '清除对话？',
  clearText: '对话会从这里和服务器上删除，不能恢复。',
  cleared: '对话已清除',
  cancel: '取消',
  back: '返回',
  log: '对话记录',
  welcome: '您好，请直接说您的情况或问题',
  welcomeHow: '用平常的话说就行。请不要写身份证号和银行卡号。',
  canAsk: '能问些什么？',
  you: '您说：',
  bot: '助手回答：',
  system: '提示：',
  sending: '正在发送',
  waiting: '等待发送',
  unsent: '没有发出',
  again: '重新发送',
  thinking: '正在查询',
  newest: '有新消息 ↓',
  input: '输入您的问题',
  placeholder: '说说您的情况或问题',
  numberHint: '请填数字',
  dateHint: '如 2021年3月5日',
  unit: '，单位：{0}',
  send: '发送',
  left: '还可输入 {0} 字',
  over: '超出 {0} 字，请分开说',
  full: '还有 {0} 条没有发出，请稍后再发',
  offline: '网络断开了。可以继续写，恢复后自动发出。',
  online: '网络已恢复',
  network: '网络不通，请稍后再试',
  busy: '发得太快了，{0} 秒后自动再发',
  retrying: '暂时连不上，{0} 秒后自动再发',
  expired: '之前的对话已过期，现在是新的对话，请把情况再说一遍。',
  replaced: '对话已在另一个窗口重新开始。',
  fatal: '现在用不了：{0}。请拨打 12345。',
  announced: '{0}，有 {1} 个选项',
  verdict: '结论：',
  whole: '完整答复',
  said: '您的情况：',
  clauseOf: '依据{0}',
  reasons: '逐条看条件',
  aside: '另一种情形的条件（{0} 条，不影响结论）',
  points: '条件或步骤',
  amounts: '金额与标准',
  changes: '怎样才能符合',
  earliest: '最早 {0}',
  windows: '办理时间',
  sources: '依据与原文（{0} 条）',
  original: '查看文件原文',
  noOriginal: '原文以发文机关公布的为准',
  contacts: '可以联系',
  call: '拨打 {0}',
  site: '打开网站',
  items: '相关事项',
  options: '请选择，或直接输入',
  chosen: '（已选）',
  moreOptions: '更多选项（还有 {0} 个）',
  suggestions: '还可以问',
  newWindow: '（新窗口打开）',
  foreign: '（非政府网站）',
  dateAt: '按{0}的规定',
  receipt: '回执 {0}',
  feedback: '这条答复有用吗',
  useful: '有用',
  useless: '没用',
  thanks: '谢谢，已记下',
  why: '哪里不好？（可以不选）',
  unclear: '看不懂',
  wrong: '说得不对',
  not_my_question: '答非所问',
  incomplete: '不完整',
  other: '其他',
  note: '补充说明（可以不填）',
  submit: '提交',
  copy: '复制',
  copied: '已复制',
  speak: '朗读',
  official: '以官方文件为准',
  hotline: '政务服务热线 ',
  privacy: '隐私说明',
  hours: '人工服务 {0}',
  staffed: '（现在有人）',
  unstaffed: '（现在休息）',
  callback: '请工作人员回电',
  callbackText: '现在不能在线转接。可以留下电话，工作人员在服务时间回电；急事请拨打 12345。',
  consent: '我同意为回电使用我的电话号码',
  consentFirst: '请先勾选同意，再填电话',
  phone: '电话号码',
  phoneHint: '手机号，或带区号的座机号',
  phoneBad: '电话号码不对，请填手机号或带区号的座机号',
  when: '方便接听的时间',
  any: '都可以',
  morning: '上午',
  afternoon: '下午',
  callbackDone: '已留下回电请求，编号 {0}。{1} 前可以撤回。',
  revoke: '撤回请求',
  revoked: '已撤回，电话号码已删除',
  kiosk: '长时间没有操作，30 秒后清除对话',
  stay: '继续使用'
};

// 简 → 繁 for the words above: whole terms, then signs in pairs. A test holds both against OpenCC.
const TERMS = [['答复', '答覆'], ['复制', '複製']];
const SIGNS = '咨諮询詢业業关關闭閉长長点點号號简簡体體对對话話没沒转轉会會从從这這里裏务務删刪记記录錄请請说説况況问問题題写寫证證银銀么麼发發输輸数數单單还還开開条條后後网網络絡断斷继繼续續动動试試暂暫时時连連过過现現个個拨撥选選项項结結论論据據种種响響骤驟额額与與标標准準样樣办辦间間机機布佈为為联聯系繫择擇规規执執吗嗎谢謝补補制製读讀热熱线線隐隱员員电電码碼带帶区區听聽编編复復';

function traditional(words) {
  const known = TERMS.reduce((text, [from, to]) => text.split(from).join(to), words);
  return Array.from(known, (sign) => {
    const at = SIGNS.indexOf(sign);
    return at >= 0 && at % 2 === 0 ? SIGNS[at + 1] : sign;
  }).join('');
}

let script = 'hans';

/** Show the window in 简体 (hans) or 繁體 (hant). @param {string} name */
export function use(name) {
  script = name;
}

/** Words of the window in the script in use; what is put into them stays as it is. @param {string} key @param {...*} values */
export function t(key, ...values) {
  const words = script === 'hant' ? traditional(WORDS[key]) : WORDS[key];
  return words.replace(/\{(\d)\}/g, (all, n) => values[n]);
}

/** What went wrong, in words. @param {ApiError} error */
export function why(error) {
  return error.status ? error.message : t('network');
}
