"""Files that browsers load: style, scripts, icon. All are shipped; nothing comes from elsewhere."""
