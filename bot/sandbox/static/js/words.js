// Every word of the page itself, in Chinese and English. The bot's words come from the bot.
const WORDS = {
  title: ["沙箱", "Sandbox"],
  subtitle: ["本机演练，不连外网", "on this machine only"],
  plusHour: ["+1 小时", "+1 hour"],
  plusDay: ["+1 天", "+1 day"],
  plusWeek: ["+1 周", "+1 week"],
  nextMorning: ["下个工作日早上", "Next working morning"],
  clock: ["时钟", "Clock"],
  forward: ["快进", "Forward"],
  passing: ["正在经过", "Passing"],
  theme: ["明暗", "Theme"],
  language: ["EN", "中文"],
  log: ["日志", "Log"],
  logTitle: ["Bot API 调用", "Bot API calls"],
  logEmpty: ["还没有调用。", "No calls yet."],
  close: ["关闭", "Close"],
  reset: ["重置", "Reset"],
  resetAsk: ["清空所有聊天，重新布置演示世界？", "Clear all chats and set the demo world up anew?"],
  resetNote: ["时钟回到现在，所有人和文件都会清除。", "The clock returns to now; all people and files go."],
  cancel: ["取消", "Cancel"],
  ok: ["知道了", "OK"],
  people: ["人物", "People"],
  newcomer: ["新人", "Newcomer"],
  addNewcomer: ["添加一位新人", "Add a newcomer"],
  unread: ["条未读", "unread"],
  nobody: ["还没有人。", "Nobody is here yet."],
  nobodyNote: ["机器人正在布置演示世界；也可以先添加一位新人。", "The bot is setting up the demo world; you can also add a newcomer."],
  offline: ["与沙箱的连接断开了，正在重连…", "The connection to the sandbox is lost, reconnecting…"],
  chatWith: ["与机器人的聊天", "chat with the bot"],
  typing: ["正在输入…", "typing…"],
  blockedMark: ["已屏蔽机器人", "has blocked the bot"],
  start: ["开始", "Start"],
  startNote: ["轻触“开始”，与机器人说第一句话。", "Tap Start to say the first word to the bot."],
  startHint: ["不知道做什么就点菜单，或输入 /help。", "Not sure what to do? Open the menu, or type /help."],
  newcomerHint: ["第一次来的人：先登记单位，再说说哪里不顺。", "Somebody new: register a unit, then say what is wrong."],
  write: ["输入消息", "Message"],
  send: ["发送", "Send"],
  save: ["保存", "Save"],
  editing: ["编辑消息", "Edit message"],
  attach: ["更多", "More"],
  photo: ["图片", "Photo"],
  file: ["文件", "File"],
  contact: ["我的名片", "My contact"],
  otherContact: ["别人的名片", "Other contact"],
  location: ["位置", "Location"],
  voice: ["语音", "Voice"],
  sticker: ["贴纸", "Sticker"],
  menu: ["菜单", "Menu"],
  keyboard: ["快捷键盘", "Keyboard"],
  more: ["此人的设置", "Settings of this person"],
  block: ["屏蔽机器人", "Block the bot"],
  unblock: ["解除屏蔽", "Unblock the bot"],
  phoneLanguage: ["手机语言改为 English", "Phone language to 中文"],
  shareAsk: ["把您的手机号发给机器人？", "Share your phone number with the bot?"],
  share: ["发送", "Share"],
  edited: ["已编辑", "edited"],
  protected: ["禁止转发与保存", "Forwarding and saving not allowed"],
  unfold: ["展开", "Unfold"],
  fold: ["收起", "Fold"],
  spoiler: ["显示隐藏文字", "Show hidden text"],
  enlarge: ["放大图片", "Enlarge the picture"],
  openAs: ["用谁的手机打开这个链接？", "Open this link on whose phone?"],
  copied: ["已复制", "Copied"],
  failed: ["没有做成：", "That did not work: "],
  stickerMessage: ["贴纸", "Sticker"],
  seconds: ["秒", "s"],
  toBottom: ["回到最新", "To the latest"],
};

let english = localStorage.getItem("sandbox.english") === "yes";

export const isEnglish = () => english;
export const word = (key) => WORDS[key][english ? 1 : 0];

export function switchLanguage() {
  english = !english;
  localStorage.setItem("sandbox.english", english ? "yes" : "no");
  document.documentElement.lang = english ? "en" : "zh-CN";
}

const zone = "Asia/Shanghai";
const formats = new Map();

function format(options) {
  const key = `${english}${JSON.stringify(options)}`;
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", { timeZone: zone, ...options }));
  }
  return formats.get(key);
}

const at = (seconds) => new Date(seconds * 1000);
export const timeOfDay = (s) => format({ hour: "2-digit", minute: "2-digit", hour12: false }).format(at(s));
export const dayKey = (s) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(at(s));
export const day = (s) =>
  english
    ? format({ weekday: "short", day: "numeric", month: "short" }).format(at(s))
    : `${format({ month: "long", day: "numeric" }).format(at(s))} ${format({ weekday: "short" }).format(at(s))}`;
export const dayAndTime = (s) => `${day(s)} ${timeOfDay(s)}`;
