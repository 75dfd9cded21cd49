"""The operators' console (坐席工作台)."""
