"""What Django says of a field or a password; its own Chinese would bring another way to write numbers with it."""

SENTENCES = {
    "This field is required.": "此项为必填。",
    "Enter a valid value.": "请输入有效的值。",
    "Null characters are not allowed.": "不允许空字符。",
    "Select a valid choice. {value} is not one of the available choices.": "请选择有效选项。{value} 不在可选范围内。",
    "Ensure this value has at most {limit} characters (it has {count}).": "内容不得超过 {limit} 个字符（当前 {count} 个）。",
    "This password is too short. It must contain at least {count} characters.": "密码过短，至少须有 {count} 个字符。",
    "This password is too common.": "该密码过于常见。",
    "The password is too similar to the {field}.": "密码与{field}过于相似。",
}  # fmt: skip
