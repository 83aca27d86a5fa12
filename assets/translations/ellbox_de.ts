<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name></name>
    <message>
        <source>1 box applied.</source>
        <translation>1 Rahmen übernommen.</translation>
    </message>
    <message>
        <source>{count} boxes applied.</source>
        <translation>{count} Rahmen übernommen.</translation>
    </message>
    <message>
        <source>Appl&amp;y all boxes</source>
        <translation>Alle Rahmen &amp;übernehmen</translation>
    </message>
    <message>
        <source>Keep what is shown in each box, in the order of the list; one undo step a box</source>
        <translation>Behält in jedem Rahmen, was er zeigt, in der Reihenfolge der Liste; ein Rückgängig-Schritt je Rahmen</translation>
    </message>
    <message>
        <source>In another box</source>
        <translation>In einem anderen Rahmen</translation>
    </message>
    <message>
        <source>Regenerate in another box</source>
        <translation>In einem anderen Rahmen neu erzeugen</translation>
    </message>
    <message>
        <source>{step} goes along: move the box or draw another one, then generate.</source>
        <translation>{step} geht mit: den Rahmen verschieben oder einen anderen ziehen, dann erzeugen.</translation>
    </message>
    <message>
        <source>Regenerate in &amp;another box</source>
        <translation>In &amp;anderem Rahmen neu erzeugen</translation>
    </message>
    <message>
        <source>Take the shown step along, to go on from it in a box elsewhere</source>
        <translation>Den gezeigten Schritt mitnehmen, um von ihm in einem anderen Rahmen weiterzugehen</translation>
    </message>
    <message>
        <source>Only the steps of a box can be taken to another box.</source>
        <translation>Nur die Schritte eines Rahmens können in einen anderen mitgenommen werden.</translation>
    </message>
    <message>
        <source>The tokens of {title} have no place in another box.</source>
        <translation>Die Token von {title} haben in einem anderen Rahmen keinen Platz.</translation>
    </message>
    <message>
        <source>The step that goes along is by {title}; choose that generator.</source>
        <translation>Der mitgenommene Schritt ist von {title}; diesen Generator wählen.</translation>
    </message>
    <message>
        <source>The steps of {title} only fit a box of the same size.</source>
        <translation>Die Schritte von {title} passen nur in einen Rahmen derselben Größe.</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;New picture</source>
        <translation>&amp;Neues Bild</translation>
    </message>
    <message>
        <source>New &amp;window</source>
        <translation>Neues &amp;Fenster</translation>
    </message>
    <message>
        <source>Another picture beside this one</source>
        <translation>Ein weiteres Bild neben diesem</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>Ö&amp;ffnen…</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Save project</source>
        <translation>Projekt &amp;speichern</translation>
    </message>
    <message>
        <source>Save project &amp;as…</source>
        <translation>Projekt speichern &amp;unter…</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportieren…</translation>
    </message>
    <message>
        <source>Write the picture, its box, a mask or layers</source>
        <translation>Das Bild, seinen Rahmen, eine Maske oder Ebenen schreiben</translation>
    </message>
    <message>
        <source>E&amp;xport again</source>
        <translation>N&amp;och einmal exportieren</translation>
    </message>
    <message>
        <source>Once more as the last time, under the next free name</source>
        <translation>Noch einmal wie beim letzten Mal, unter dem nächsten freien Namen</translation>
    </message>
    <message>
        <source>Export &amp;decode…</source>
        <translation>&amp;Schritte exportieren…</translation>
    </message>
    <message>
        <source>Write every step as a moving picture or a contact sheet</source>
        <translation>Jeden Schritt als bewegtes Bild oder Kontaktbogen schreiben</translation>
    </message>
    <message>
        <source>&amp;Models…</source>
        <translation>&amp;Modelle…</translation>
    </message>
    <message>
        <source>See which models are here, fetch and remove them</source>
        <translation>Sehen, welche Modelle da sind, sie holen und entfernen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederherstellen</translation>
    </message>
    <message>
        <source>&amp;Copy picture</source>
        <translation>Bild &amp;kopieren</translation>
    </message>
    <message>
        <source>&amp;Paste picture</source>
        <translation>Bild &amp;einfügen</translation>
    </message>
    <message>
        <source>Reopen &amp;last edit</source>
        <translation>&amp;Letzte Änderung wieder öffnen</translation>
    </message>
    <message>
        <source>Bring back the steps of the newest edit</source>
        <translation>Die Schritte der neuesten Änderung zurückholen</translation>
    </message>
    <message>
        <source>Se&amp;ttings…</source>
        <translation>&amp;Einstellungen…</translation>
    </message>
    <message>
        <source>Every setting, applied at once</source>
        <translation>Alle Einstellungen, sofort wirksam</translation>
    </message>
    <message>
        <source>Change &amp;keys…</source>
        <translation>&amp;Tasten ändern…</translation>
    </message>
    <message>
        <source>Choose other keys for any action</source>
        <translation>Andere Tasten für jede Aktion wählen</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>Ver&amp;größern</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>&amp;Fit in window</source>
        <translation>In das &amp;Fenster einpassen</translation>
    </message>
    <message>
        <source>&amp;Actual size</source>
        <translation>&amp;Originalgröße</translation>
    </message>
    <message>
        <source>See more: {key}</source>
        <translation>Ausschnitt verschieben: {key}</translation>
    </message>
    <message>
        <source>&amp;Inspector</source>
        <translation>&amp;Inspektor</translation>
    </message>
    <message>
        <source>&amp;Timeline</source>
        <translation>&amp;Zeitleiste</translation>
    </message>
    <message>
        <source>F&amp;ull screen</source>
        <translation>&amp;Vollbild</translation>
    </message>
    <message>
        <source>A&amp;ppearance</source>
        <translation>&amp;Erscheinungsbild</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Keys and mouse</source>
        <translation>&amp;Tasten und Maus</translation>
    </message>
    <message>
        <source>Take the &amp;guide</source>
        <translation>Den &amp;Rundgang beginnen</translation>
    </message>
    <message>
        <source>Three minutes on a sample picture</source>
        <translation>Drei Minuten an einem Beispielbild</translation>
    </message>
    <message>
        <source>&amp;About Ellbox</source>
        <translation>&amp;Über Ellbox</translation>
    </message>
    <message>
        <source>&amp;Box</source>
        <translation>&amp;Rahmen</translation>
    </message>
    <message>
        <source>&amp;One box more</source>
        <translation>&amp;Noch ein Rahmen</translation>
    </message>
    <message>
        <source>Draw one box more in the middle; the one till now waits with its candidates</source>
        <translation>Noch einen Rahmen in der Mitte zeichnen; der bisherige wartet mit seinen Kandidaten</translation>
    </message>
    <message>
        <source>Ne&amp;xt box</source>
        <translation>Nä&amp;chster Rahmen</translation>
    </message>
    <message>
        <source>Previo&amp;us box</source>
        <translation>Vori&amp;ger Rahmen</translation>
    </message>
    <message>
        <source>Fill it &amp;earlier</source>
        <translation>&amp;Früher füllen</translation>
    </message>
    <message>
        <source>Fill it la&amp;ter</source>
        <translation>S&amp;päter füllen</translation>
    </message>
    <message>
        <source>&amp;Leave it out</source>
        <translation>&amp;Auslassen</translation>
    </message>
    <message>
        <source>Leave this box out when all are filled</source>
        <translation>Diesen Rahmen auslassen, wenn alle gefüllt werden</translation>
    </message>
    <message>
        <source>&amp;Delete the box</source>
        <translation>Den Rahmen &amp;löschen</translation>
    </message>
    <message>
        <source>Remove the box with its prompt and candidates; undo brings it back</source>
        <translation>Den Rahmen mit Beschreibung und Kandidaten entfernen; Rückgängig bringt ihn wieder</translation>
    </message>
    <message>
        <source>&amp;Fill all boxes</source>
        <translation>Alle Rahmen &amp;füllen</translation>
    </message>
    <message>
        <source>Fill one box after the other; again: stop after this one</source>
        <translation>Einen Rahmen nach dem anderen füllen; noch einmal: nach diesem anhalten</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Details of the error</source>
        <translation>Einzelheiten des Fehlers</translation>
    </message>
    <message>
        <source>See the details and copy them</source>
        <translation>Die Einzelheiten sehen und kopieren</translation>
    </message>
    <message>
        <source>Close the error</source>
        <translation>Den Fehler schließen</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
    <message>
        <source>What happened inside, for a report</source>
        <translation>Was innen geschah, für einen Bericht</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the details</source>
        <translation>Die Einzelheiten kopieren</translation>
    </message>
    <message>
        <source>Copy the details to the clipboard</source>
        <translation>Die Einzelheiten in die Zwischenablage kopieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close the details</source>
        <translation>Die Einzelheiten schließen</translation>
    </message>
    <message>
        <source>Choose an action, then press the keys for it.</source>
        <translation>Eine Aktion wählen, dann die Tasten dafür drücken.</translation>
    </message>
    <message>
        <source>Change keys</source>
        <translation>Tasten ändern</translation>
    </message>
    <message>
        <source>Search actions and keys</source>
        <translation>Aktionen und Tasten suchen</translation>
    </message>
    <message>
        <source>Words of an action, or a key</source>
        <translation>Wörter einer Aktion oder eine Taste</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Actions and their keys</source>
        <translation>Aktionen und ihre Tasten</translation>
    </message>
    <message>
        <source>Choose one to change its keys</source>
        <translation>Eine wählen, um ihre Tasten zu ändern</translation>
    </message>
    <message>
        <source>Keys to press</source>
        <translation>Zu drückende Tasten</translation>
    </message>
    <message>
        <source>Press the keys that shall do it</source>
        <translation>Die Tasten drücken, die es tun sollen</translation>
    </message>
    <message>
        <source>What these keys do now</source>
        <translation>Was diese Tasten jetzt tun</translation>
    </message>
    <message>
        <source>Use only these</source>
        <translation>Nur diese</translation>
    </message>
    <message>
        <source>These keys, and no others, do it</source>
        <translation>Diese Tasten tun es, und keine anderen</translation>
    </message>
    <message>
        <source>Use these too</source>
        <translation>Diese auch</translation>
    </message>
    <message>
        <source>These keys do it besides those it has</source>
        <translation>Diese Tasten tun es neben denen, die es schon tun</translation>
    </message>
    <message>
        <source>No keys</source>
        <translation>Keine Tasten</translation>
    </message>
    <message>
        <source>No keys do it any more</source>
        <translation>Keine Tasten tun es mehr</translation>
    </message>
    <message>
        <source>Set back</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>The keys that this action had at first</source>
        <translation>Die Tasten, die diese Aktion anfangs hatte</translation>
    </message>
    <message>
        <source>Set all back</source>
        <translation>Alles zurücksetzen</translation>
    </message>
    <message>
        <source>The keys that all actions had at first</source>
        <translation>Die Tasten, die alle Aktionen anfangs hatten</translation>
    </message>
    <message>
        <source>Everything is kept already</source>
        <translation>Alles ist schon gespeichert</translation>
    </message>
    <message>
        <source>  or  </source>
        <translation>  oder  </translation>
    </message>
    <message>
        <source>{key} does this already.</source>
        <translation>{key} tut dies schon.</translation>
    </message>
    <message>
        <source>{key} is free.</source>
        <translation>{key} ist frei.</translation>
    </message>
    <message>
        <source>{key} is taken: {named}. Using it here takes it away there.</source>
        <translation>{key} ist vergeben: {named}. Hier verwendet, fällt es dort weg.</translation>
    </message>
    <message>
        <source>As the system has it</source>
        <translation>Wie im System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Hoher Kontrast</translation>
    </message>
    <message>
        <source>The fastest that is here</source>
        <translation>Das schnellste, das da ist</translation>
    </message>
    <message>
        <source>Graphics card (CUDA, ROCm)</source>
        <translation>Grafikkarte (CUDA, ROCm)</translation>
    </message>
    <message>
        <source>Apple graphics (Metal)</source>
        <translation>Apple-Grafik (Metal)</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>Full: exact to resume</source>
        <translation>Voll: exakt fortsetzbar</translation>
    </message>
    <message>
        <source>Half: half the memory</source>
        <translation>Halb: halber Speicher</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Colours of the whole window</source>
        <translation>Farben des ganzen Fensters</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>From the next start on</source>
        <translation>Ab dem nächsten Start</translation>
    </message>
    <message>
        <source>Say under the picture what mouse and keys do</source>
        <translation>Unter dem Bild sagen, was Maus und Tasten tun</translation>
    </message>
    <message>
        <source>The line of hints</source>
        <translation>Die Zeile mit Hinweisen</translation>
    </message>
    <message>
        <source>from the next start on</source>
        <translation>ab dem nächsten Start</translation>
    </message>
    <message>
        <source>Arrows move it, Ctrl and arrows resize it.</source>
        <translation>Pfeile bewegen ihn, Strg und Pfeile ändern seine Größe.</translation>
    </message>
    <message>
        <source>Canvas</source>
        <translation>Zeichenfläche</translation>
    </message>
    <message>
        <source>No box</source>
        <translation>Kein Rahmen</translation>
    </message>
    <message>
        <source>Done. 1 candidate is ready.</source>
        <translation>Fertig. 1 Kandidat liegt bereit.</translation>
    </message>
    <message>
        <source>Done. {count} candidates are ready.</source>
        <translation>Fertig. {count} Kandidaten liegen bereit.</translation>
    </message>
    <message>
        <source>Darken the picture outside the box</source>
        <translation>Das Bild außerhalb des Rahmens abdunkeln</translation>
    </message>
    <message>
        <source>While a box is drawn</source>
        <translation>Während ein Rahmen gezeichnet ist</translation>
    </message>
    <message>
        <source>Outline what the shown step has drawn</source>
        <translation>Umranden, was der gezeigte Schritt gezeichnet hat</translation>
    </message>
    <message>
        <source>While going through steps</source>
        <translation>Beim Gang durch die Schritte</translation>
    </message>
    <message>
        <source>Computing</source>
        <translation>Rechnen</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>What computes the pictures</source>
        <translation>Was die Bilder berechnet</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Of the models&apos; numbers; half may change draws</source>
        <translation>Der Zahlen der Modelle; halbe kann Ziehungen ändern</translation>
    </message>
    <message>
        <source>Processor cores</source>
        <translation>Prozessorkerne</translation>
    </message>
    <message>
        <source>For the processor&apos;s work; 0: all but one</source>
        <translation>Für die Arbeit des Prozessors; 0: alle bis auf einen</translation>
    </message>
    <message>
        <source>All but one</source>
        <translation>Alle bis auf einen</translation>
    </message>
    <message>
        <source>What computes and why</source>
        <translation>Was rechnet und warum</translation>
    </message>
    <message>
        <source>Memory and safety</source>
        <translation>Speicher und Sicherheit</translation>
    </message>
    <message>
        <source>Memory for undo</source>
        <translation>Speicher für Rückgängig</translation>
    </message>
    <message>
        <source>The oldest go first</source>
        <translation>Die ältesten gehen zuerst</translation>
    </message>
    <message>
        <source>Memory for steps</source>
        <translation>Speicher für Schritte</translation>
    </message>
    <message>
        <source>Pictures of steps kept at hand</source>
        <translation>Bilder von Schritten, die bereitliegen</translation>
    </message>
    <message>
        <source>Folder for unsaved work</source>
        <translation>Ordner für ungespeicherte Arbeit</translation>
    </message>
    <message>
        <source>Where unsaved work is kept aside, from the next start on</source>
        <translation>Wo ungespeicherte Arbeit aufbewahrt wird, ab dem nächsten Start</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Mask of the boxes</source>
        <translation>Maske der Rahmen</translation>
    </message>
    <message>
        <source>Layers (OpenRaster)</source>
        <translation>Ebenen (OpenRaster)</translation>
    </message>
    <message>
        <source>Decode as a moving picture</source>
        <translation>Schritte als bewegtes Bild</translation>
    </message>
    <message>
        <source>Decode as a contact sheet</source>
        <translation>Schritte als Kontaktbogen</translation>
    </message>
    <message>
        <source>Animated GIF</source>
        <translation>Animiertes GIF</translation>
    </message>
    <message>
        <source>Animated WebP</source>
        <translation>Animiertes WebP</translation>
    </message>
    <message>
        <source>Animated PNG</source>
        <translation>Animiertes PNG</translation>
    </message>
    <message>
        <source>MP4 film</source>
        <translation>MP4-Film</translation>
    </message>
    <message>
        <source>As in the picture</source>
        <translation>Wie im Bild</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>What is to be written</source>
        <translation>Was geschrieben wird</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>The format of the file</source>
        <translation>Das Format der Datei</translation>
    </message>
    <message>
        <source>Quality, as a slider</source>
        <translation>Qualität, als Regler</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>This format leaves detail out: the less, the nearer to 100</source>
        <translation>Dieses Format lässt Einzelheiten weg: je näher an 100, desto weniger</translation>
    </message>
    <message>
        <source>Bits a channel</source>
        <translation>Bits pro Kanal</translation>
    </message>
    <message>
        <source>16 keep finer shades</source>
        <translation>16 bewahren feinere Abstufungen</translation>
    </message>
    <message>
        <source>Colour profile</source>
        <translation>Farbprofil</translation>
    </message>
    <message>
        <source>So that other programs show the same colours</source>
        <translation>Damit andere Programme dieselben Farben zeigen</translation>
    </message>
    <message>
        <source>Camera data (EXIF)</source>
        <translation>Kameradaten (EXIF)</translation>
    </message>
    <message>
        <source>Camera and date, and where it was taken</source>
        <translation>Kamera, Datum und Ort der Aufnahme</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>Prompt, seed and steps, so that Ellbox can go on</source>
        <translation>Beschreibung, Startwert und Schritte, damit Ellbox weitermachen kann</translation>
    </message>
    <message>
        <source>Mark as drawn by a model</source>
        <translation>Als von einem Modell gezeichnet kennzeichnen</translation>
    </message>
    <message>
        <source>IPTC&apos;s sign for generated pictures</source>
        <translation>Das IPTC-Kennzeichen für erzeugte Bilder</translation>
    </message>
    <message>
        <source>Replace a file of that name</source>
        <translation>Gleichnamige Datei ersetzen</translation>
    </message>
    <message>
        <source>Otherwise a number is added to the name</source>
        <translation>Sonst kommt eine Zahl an den Namen</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Choose the folder</source>
        <translation>Den Ordner wählen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Words that are replaced: {words}</source>
        <translation>Wörter, die ersetzt werden: {words}</translation>
    </message>
    <message>
        <source>What will be written</source>
        <translation>Was geschrieben wird</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Write nothing</source>
        <translation>Nichts schreiben</translation>
    </message>
    <message>
        <source>Write the file</source>
        <translation>Die Datei schreiben</translation>
    </message>
    <message>
        <source>&amp;What</source>
        <translation>&amp;Was</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>&amp;Format</translation>
    </message>
    <message>
        <source>&amp;Quality</source>
        <translation>&amp;Qualität</translation>
    </message>
    <message>
        <source>&amp;Bits a channel</source>
        <translation>&amp;Bits pro Kanal</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>Mit&amp;geben</translation>
    </message>
    <message>
        <source>F&amp;older</source>
        <translation>&amp;Ordner</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <source>Replaces {name}</source>
        <translation>Ersetzt {name}</translation>
    </message>
    <message>
        <source>Choose the folder for unsaved work</source>
        <translation>Den Ordner für ungespeicherte Arbeit wählen</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Keep unsaved work in the usual folder</source>
        <translation>Ungespeicherte Arbeit im üblichen Ordner aufbewahren</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Pictures of steps</source>
        <translation>Bilder von Schritten</translation>
    </message>
    <message>
        <source>Opened {count} windows; {left} files not.</source>
        <translation>{count} Fenster geöffnet; {left} Dateien nicht.</translation>
    </message>
    <message>
        <source>The system did not let another window be opened.</source>
        <translation>Das System ließ kein weiteres Fenster zu.</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Copied the picture.</source>
        <translation>Bild kopiert.</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Eingefügtes Bild</translation>
    </message>
    <message>
        <source>There is no picture on the clipboard.</source>
        <translation>In der Zwischenablage ist kein Bild.</translation>
    </message>
    <message>
        <source>Unsaved work</source>
        <translation>Ungespeicherte Arbeit</translation>
    </message>
    <message>
        <source>Save the changes to “{name}” first?</source>
        <translation>Die Änderungen an „{name}“ zuerst speichern?</translation>
    </message>
    <message>
        <source>&amp;Restore</source>
        <translation>&amp;Wiederherstellen</translation>
    </message>
    <message>
        <source>Go on where you stopped</source>
        <translation>Dort weitermachen, wo die Arbeit aufhörte</translation>
    </message>
    <message>
        <source>Forget that work for good</source>
        <translation>Diese Arbeit endgültig vergessen</translation>
    </message>
    <message>
        <source>1 edit</source>
        <translation>1 Änderung</translation>
    </message>
    <message>
        <source>{count} edits</source>
        <translation>{count} Änderungen</translation>
    </message>
    <message>
        <source>1 candidate</source>
        <translation>1 Kandidat</translation>
    </message>
    <message>
        <source>{count} candidates</source>
        <translation>{count} Kandidaten</translation>
    </message>
    <message>
        <source>New picture</source>
        <translation>Neues Bild</translation>
    </message>
    <message>
        <source> with {held}</source>
        <translation> mit {held}</translation>
    </message>
    <message>
        <source> and </source>
        <translation> und </translation>
    </message>
    <message>
        <source>Restore “{name}”{told}?</source>
        <translation>„{name}“{told} wiederherstellen?</translation>
    </message>
    <message>
        <source>Ellbox did not close properly. {asked} {notice}</source>
        <translation>Ellbox wurde nicht richtig geschlossen. {asked} {notice}</translation>
    </message>
    <message>
        <source>Unsaved work goes to another folder from the next start on.</source>
        <translation>Ungespeicherte Arbeit kommt ab dem nächsten Start in einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Every setting of this dialog as it was at first</source>
        <translation>Jede Einstellung dieses Fensters, wie sie anfangs war</translation>
    </message>
    <message>
        <source>Draw a box</source>
        <translation>Einen Rahmen ziehen</translation>
    </message>
    <message>
        <source>drag (Shift: square)</source>
        <translation>ziehen (Umschalt: Quadrat)</translation>
    </message>
    <message>
        <source>Move or resize the box</source>
        <translation>Rahmen bewegen oder Größe ändern</translation>
    </message>
    <message>
        <source>drag it or a handle</source>
        <translation>ihn oder einen Griff ziehen</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>wheel or pinch</source>
        <translation>Rad oder zwei Finger</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Space and drag, middle button</source>
        <translation>Leertaste und ziehen, mittlere Taste</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>Tasten und Maus</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Pales what does not hold these words</source>
        <translation>Lässt verblassen, was diese Wörter nicht enthält</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>Tasten ändern…</translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation>Maus</translation>
    </message>
    <message>
        <source>&amp;Candidates</source>
        <translation>&amp;Kandidaten</translation>
    </message>
    <message>
        <source>&amp;Token lens</source>
        <translation>&amp;Token-Lupe</translation>
    </message>
    <message>
        <source>See how sure the generator was of each token</source>
        <translation>Zeigt, wie sicher der Generator bei jedem Token war</translation>
    </message>
    <message>
        <source>&amp;Redo these</source>
        <translation>Diese &amp;neu ziehen</translation>
    </message>
    <message>
        <source>Draw the marked tokens anew; all others stay as they are</source>
        <translation>Die markierten Tokens neu ziehen; alle anderen bleiben, wie sie sind</translation>
    </message>
    <message>
        <source>Redo the &amp;weakest 20 %</source>
        <translation>Die &amp;schwächsten 20 % neu ziehen</translation>
    </message>
    <message>
        <source>Draw the tokens anew that the generator was least sure of</source>
        <translation>Die Tokens neu ziehen, bei denen der Generator am unsichersten war</translation>
    </message>
    <message>
        <source>Mar&amp;k the weakest 20 %</source>
        <translation>Die schwächsten 20 % mar&amp;kieren</translation>
    </message>
    <message>
        <source>&amp;Other tokens…</source>
        <translation>&amp;Andere Tokens…</translation>
    </message>
    <message>
        <source>Pick among the likeliest tokens of the site pointed at; Alt+click does the same</source>
        <translation>Unter den wahrscheinlichsten Tokens der gezeigten Stelle wählen; Alt+Klick tut dasselbe</translation>
    </message>
    <message>
        <source>Drag over the part of the picture that you want to change. Only what lies in the box is redrawn; every pixel outside stays as it is.</source>
        <translation>Über den Teil des Bildes ziehen, der anders werden soll. Nur was im Rahmen liegt, wird neu gezeichnet; jedes Pixel außerhalb bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>Say what shall be there</source>
        <translation>Sagen, was dort sein soll</translation>
    </message>
    <message>
        <source>Type it here, in a few words such as: a red apple. Then press Return.</source>
        <translation>Hier eintippen, in wenigen englischen Wörtern wie: a red apple. Dann Eingabe drücken.</translation>
    </message>
    <message>
        <source>Choose among several</source>
        <translation>Unter mehreren wählen</translation>
    </message>
    <message>
        <source>Go back in time</source>
        <translation>In der Zeit zurückgehen</translation>
    </message>
    <message>
        <source>Each square is one try; the first is the picture as it was. Click one to see it.</source>
        <translation>Jedes Quadrat ist ein Versuch; das erste ist das Bild, wie es war. Ein Klick zeigt ihn.</translation>
    </message>
    <message>
        <source>Keys for it: {keys}.</source>
        <translation>Tasten dafür: {keys}.</translation>
    </message>
    <message>
        <source>These are the steps in which it was drawn. Drag along them.</source>
        <translation>Dies sind die Schritte, in denen es gezeichnet wurde. Ziehen führt durch sie hindurch.</translation>
    </message>
    <message>
        <source>Go on another way</source>
        <translation>Anders weitermachen</translation>
    </message>
    <message>
        <source>Change the prompt if you like, then press this: what was drawn up to this step stays, the rest is drawn anew. Nothing is lost; the branches are listed at the right.</source>
        <translation>Die Beschreibung ändern, wenn gewünscht, dann hier drücken: Was bis zu diesem Schritt gezeichnet ist, bleibt, der Rest wird neu gezeichnet. Nichts geht verloren; die Zweige stehen rechts.</translation>
    </message>
    <message>
        <source>Keep one</source>
        <translation>Eines behalten</translation>
    </message>
    <message>
        <source>Apply puts the shown picture in place, as one step of undo.</source>
        <translation>Anwenden setzt das gezeigte Bild ein, als ein Schritt zum Rückgängigmachen.</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>Das Bild speichern</translation>
    </message>
    <message>
        <source>Export writes PNG, JPEG or WebP. A PNG also carries how it was made.</source>
        <translation>Exportieren schreibt PNG, JPEG oder WebP. Ein PNG enthält auch, wie es entstand.</translation>
    </message>
    <message>
        <source>The model is still loading.</source>
        <translation>Das Modell lädt noch.</translation>
    </message>
    <message>
        <source>No model is installed; install Ellbox again.</source>
        <translation>Es ist kein Modell installiert; Ellbox neu installieren.</translation>
    </message>
    <message>
        <source>The model could not be loaded.</source>
        <translation>Das Modell ließ sich nicht laden.</translation>
    </message>
    <message>
        <source>Pictures are computed by: {device}. {why}</source>
        <translation>Die Bilder berechnet: {device}. {why}</translation>
    </message>
    <message>
        <source>Box {place} of {count}, {width} by {height} pixels</source>
        <translation>Rahmen {place} von {count}, {width} mal {height} Pixel</translation>
    </message>
    <message>
        <source> at {left}, {top}</source>
        <translation> bei {left}, {top}</translation>
    </message>
    <message>
        <source>{told}, prompt: {prompt}</source>
        <translation>{told}, Beschreibung: {prompt}</translation>
    </message>
    <message>
        <source>{told}, no prompt yet</source>
        <translation>{told}, noch ohne Beschreibung</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>Kein Bild</translation>
    </message>
    <message>
        <source>no box</source>
        <translation>kein Rahmen</translation>
    </message>
    <message>
        <source>There are no steps to show: no model has drawn here yet.</source>
        <translation>Es gibt keine Schritte zu zeigen: Hier hat noch kein Modell gezeichnet.</translation>
    </message>
    <message>
        <source>box</source>
        <translation>Rahmen</translation>
    </message>
    <message>
        <source>mask</source>
        <translation>Maske</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>Ebenen</translation>
    </message>
    <message>
        <source>decode</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>No picture is open.</source>
        <translation>Es ist kein Bild geöffnet.</translation>
    </message>
    <message>
        <source>There is no box: draw one first.</source>
        <translation>Es gibt keinen Rahmen: zuerst einen zeichnen.</translation>
    </message>
    <message>
        <source>{count} pictures, one a step</source>
        <translation>{count} Bilder, eines je Schritt</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} Pixel</translation>
    </message>
    <message>
        <source>1 box</source>
        <translation>1 Rahmen</translation>
    </message>
    <message>
        <source>{count} boxes</source>
        <translation>{count} Rahmen</translation>
    </message>
    <message>
        <source>1 layer</source>
        <translation>1 Ebene</translation>
    </message>
    <message>
        <source>{count} layers</source>
        <translation>{count} Ebenen</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>bearbeitet</translation>
    </message>
    <message>
        <source>Drawing {count} steps…</source>
        <translation>{count} Schritte werden gezeichnet…</translation>
    </message>
    <message>
        <source>Picture of {width} by {height} pixels, {boxes}</source>
        <translation>Bild von {width} mal {height} Pixeln, {boxes}</translation>
    </message>
    <message>
        <source>The picture as it was</source>
        <translation>Das Bild, wie es war</translation>
    </message>
    <message>
        <source>Candidate {number}: seed {seed}</source>
        <translation>Kandidat {number}: Startwert {seed}</translation>
    </message>
    <message>
        <source>Candidate {shown} of {count}</source>
        <translation>Kandidat {shown} von {count}</translation>
    </message>
    <message>
        <source>{told}, {name} {position} of {last}</source>
        <translation>{told}, {name} {position} von {last}</translation>
    </message>
    <message>
        <source>Candidates</source>
        <translation>Kandidaten</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Candidate {number}</source>
        <translation>Kandidat {number}</translation>
    </message>
    <message>
        <source>Edits</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>What has been applied, the newest first; Space hides one, Del removes it</source>
        <translation>Was angewendet wurde, das Neueste zuerst; Leertaste blendet eines aus, Entf entfernt es</translation>
    </message>
    <message>
        <source>Boxes that you apply appear here, to hide or remove.</source>
        <translation>Angewendete Rahmen erscheinen hier, zum Ausblenden oder Entfernen.</translation>
    </message>
    <message>
        <source>Guide</source>
        <translation>Rundgang</translation>
    </message>
    <message>
        <source>Skip the rest</source>
        <translation>Rest überspringen</translation>
    </message>
    <message>
        <source>Skip the rest of the guide</source>
        <translation>Den Rest des Rundgangs überspringen</translation>
    </message>
    <message>
        <source>The guide can be taken again from the Help menu</source>
        <translation>Der Rundgang kann im Menü Hilfe wieder begonnen werden</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Next part of the guide</source>
        <translation>Nächster Teil des Rundgangs</translation>
    </message>
    <message>
        <source>Go on, whether or not you have tried it</source>
        <translation>Weitergehen, ob ausprobiert oder nicht</translation>
    </message>
    <message>
        <source>Built in</source>
        <translation>Eingebaut</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>Beschädigt</translation>
    </message>
    <message>
        <source>Partly fetched</source>
        <translation>Teilweise geholt</translation>
    </message>
    <message>
        <source>Not here</source>
        <translation>Nicht da</translation>
    </message>
    <message>
        <source>By hand</source>
        <translation>Von Hand</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>Verbindet</translation>
    </message>
    <message>
        <source>{place} of {count}</source>
        <translation>{place} von {count}</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>{name} at {commit}</source>
        <translation>{name}, Stand {commit}</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Then: {command}.</source>
        <translation>Dann: {command}.</translation>
    </message>
    <message>
        <source>How</source>
        <translation>Wie</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Asking the server</source>
        <translation>Der Server wird gefragt</translation>
    </message>
    <message>
        <source>Making a model of the files</source>
        <translation>Aus den Dateien wird ein Modell</translation>
    </message>
    <message>
        <source>Removing</source>
        <translation>Wird entfernt</translation>
    </message>
    <message>
        <source>{title} is ready.</source>
        <translation>{title} ist bereit.</translation>
    </message>
    <message>
        <source>1 file</source>
        <translation>1 Datei</translation>
    </message>
    <message>
        <source>{count} files</source>
        <translation>{count} Dateien</translation>
    </message>
    <message>
        <source>{size} in {files}</source>
        <translation>{size} in {files}</translation>
    </message>
    <message>
        <source>{told}, {missing} of it to fetch</source>
        <translation>{told}, davon {missing} zu holen</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Prompt for the box</source>
        <translation>Beschreibung für den Rahmen</translation>
    </message>
    <message>
        <source>What should be in the box?</source>
        <translation>Was soll im Rahmen sein?</translation>
    </message>
    <message>
        <source>Length of the prompt</source>
        <translation>Länge der Beschreibung</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>Picture by {title}</source>
        <translation>Bild von {title}</translation>
    </message>
    <message>
        <source>Use this</source>
        <translation>Dieses nehmen</translation>
    </message>
    <message>
        <source>Use the picture by {title}</source>
        <translation>Das Bild von {title} nehmen</translation>
    </message>
    <message>
        <source>Put this picture and its steps on offer</source>
        <translation>Dieses Bild und seine Schritte zur Wahl stellen</translation>
    </message>
    <message>
        <source>Compare generators</source>
        <translation>Generatoren vergleichen</translation>
    </message>
    <message>
        <source>Only one generator is ready, so there is nothing to compare it with.</source>
        <translation>Nur ein Generator ist bereit, es gibt also nichts, womit er zu vergleichen wäre.</translation>
    </message>
    <message>
        <source>What is done stays until this dialog is closed</source>
        <translation>Was fertig ist, bleibt, bis dieses Fenster geschlossen wird</translation>
    </message>
    <message>
        <source>Generators</source>
        <translation>Generatoren</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop comparing</source>
        <translation>Vergleich anhalten</translation>
    </message>
    <message>
        <source>Earlier prompts</source>
        <translation>Frühere Beschreibungen</translation>
    </message>
    <message>
        <source>Redraw while typing</source>
        <translation>Beim Tippen neu zeichnen</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Nothing is asked of any server before you press a button here.</source>
        <translation>Kein Server wird gefragt, bevor hier ein Knopf gedrückt wird.</translation>
    </message>
    <message>
        <source>Choose one to see its size, place and licence</source>
        <translation>Eines wählen, um Größe, Ort und Lizenz zu sehen</translation>
    </message>
    <message>
        <source>What is known of the model</source>
        <translation>Was vom Modell bekannt ist</translation>
    </message>
    <message>
        <source>Size, place, licence and source of the chosen model</source>
        <translation>Größe, Ort, Lizenz und Herkunft des gewählten Modells</translation>
    </message>
    <message>
        <source>I accept this size, place and licence</source>
        <translation>Größe, Ort und Lizenz sind mir recht</translation>
    </message>
    <message>
        <source>Nothing is fetched without this</source>
        <translation>Ohne dies wird nichts geholt</translation>
    </message>
    <message>
        <source>Fetch…</source>
        <translation>Holen…</translation>
    </message>
    <message>
        <source>Ask for exact sizes first</source>
        <translation>Zuerst nach den genauen Größen fragen</translation>
    </message>
    <message>
        <source>Fetch the files and make a model of them</source>
        <translation>Die Dateien holen und ein Modell daraus machen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message>
        <source>Fetch nothing</source>
        <translation>Nichts holen</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>Delete the model&apos;s files</source>
        <translation>Die Dateien des Modells löschen</translation>
    </message>
    <message>
        <source>A fetch goes on</source>
        <translation>Was gerade geholt wird, läuft weiter</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>What came in is kept for the next time</source>
        <translation>Was angekommen ist, bleibt für das nächste Mal</translation>
    </message>
    <message>
        <source>Fetch {size}</source>
        <translation>{size} holen</translation>
    </message>
    <message>
        <source>Remove a model</source>
        <translation>Ein Modell entfernen</translation>
    </message>
    <message>
        <source>Delete the files of {title}?</source>
        <translation>Die Dateien von {title} löschen?</translation>
    </message>
    <message>
        <source>{size} in {folder}</source>
        <translation>{size} in {folder}</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Steps done</source>
        <translation>Erledigte Schritte</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Hält an</translation>
    </message>
    <message>
        <source>The prompt has {tokens} text tokens, of which the model reads {most}. What is struck out is not read.</source>
        <translation>Die Beschreibung hat {tokens} Text-Tokens, von denen das Modell {most} liest. Was durchgestrichen ist, wird nicht gelesen.</translation>
    </message>
    <message>
        <source>The prompt has {tokens} text tokens; the model reads up to {most}.</source>
        <translation>Die Beschreibung hat {tokens} Text-Tokens; das Modell liest bis zu {most}.</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <source>Play the steps</source>
        <translation>Die Schritte abspielen</translation>
    </message>
    <message>
        <source>Regenerate from here</source>
        <translation>Von hier neu erzeugen</translation>
    </message>
    <message>
        <source>Every step of a generation appears here, to go back to.</source>
        <translation>Jeder Schritt einer Erzeugung erscheint hier, um zu ihm zurückzugehen.</translation>
    </message>
    <message>
        <source>seed {seed}   “{prompt}”</source>
        <translation>Startwert {seed}   „{prompt}“</translation>
    </message>
    <message>
        <source>Reopen the last edit</source>
        <translation>Die letzte Änderung wieder öffnen</translation>
    </message>
    <message>
        <source>“{prompt}”   seed {seed}</source>
        <translation>„{prompt}“   Startwert {seed}</translation>
    </message>
    <message>
        <source>Go on from here</source>
        <translation>Von hier weitermachen</translation>
    </message>
    <message>
        <source>Regenerate from {name} {step}</source>
        <translation>Ab {name} {step} neu erzeugen</translation>
    </message>
    <message>
        <source>&amp;Generate</source>
        <translation>&amp;Erzeugen</translation>
    </message>
    <message>
        <source>Redraw the box from the prompt</source>
        <translation>Den Rahmen nach der Beschreibung neu zeichnen</translation>
    </message>
    <message>
        <source>&amp;Compare generators…</source>
        <translation>Generatoren &amp;vergleichen…</translation>
    </message>
    <message>
        <source>Redraw the box with every generator that is ready, side by side</source>
        <translation>Den Rahmen von jedem bereiten Generator neu zeichnen lassen, nebeneinander</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>Type the &amp;prompt</source>
        <translation>Die &amp;Beschreibung tippen</translation>
    </message>
    <message>
        <source>&amp;Earlier prompts</source>
        <translation>&amp;Frühere Beschreibungen</translation>
    </message>
    <message>
        <source>Search the prompts used before</source>
        <translation>In früher benutzten Beschreibungen suchen</translation>
    </message>
    <message>
        <source>Redraw while &amp;typing</source>
        <translation>Beim &amp;Tippen neu zeichnen</translation>
    </message>
    <message>
        <source>Redraw the box while its prompt is typed</source>
        <translation>Den Rahmen neu zeichnen, während seine Beschreibung getippt wird</translation>
    </message>
    <message>
        <source>&amp;Whole picture</source>
        <translation>&amp;Ganzes Bild</translation>
    </message>
    <message>
        <source>New box in the &amp;middle</source>
        <translation>Neuer Rahmen in der &amp;Mitte</translation>
    </message>
    <message>
        <source>&amp;Remove the box</source>
        <translation>Den Rahmen ent&amp;fernen</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Links</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Rechts</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Hoch</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>Runter</translation>
    </message>
    <message>
        <source>Move the box</source>
        <translation>Den Rahmen bewegen</translation>
    </message>
    <message>
        <source>Move the box 10 px</source>
        <translation>Den Rahmen um 10 px bewegen</translation>
    </message>
    <message>
        <source>Resize the box</source>
        <translation>Die Größe des Rahmens ändern</translation>
    </message>
    <message>
        <source>Resize the box 10 px</source>
        <translation>Die Größe des Rahmens um 10 px ändern</translation>
    </message>
    <message>
        <source>{what}: {key}</source>
        <translation>{what}: {key}</translation>
    </message>
    <message>
        <source>&amp;Apply</source>
        <translation>&amp;Anwenden</translation>
    </message>
    <message>
        <source>Keep the shown picture; one undo step</source>
        <translation>Das gezeigte Bild behalten; ein Schritt zum Rückgängigmachen</translation>
    </message>
    <message>
        <source>Go &amp;back</source>
        <translation>&amp;Zurück</translation>
    </message>
    <message>
        <source>Put the candidates away and keep the picture as it was; undo brings them back</source>
        <translation>Die Kandidaten weglegen und das Bild lassen, wie es war; Rückgängig bringt sie wieder</translation>
    </message>
    <message>
        <source>&amp;More like this</source>
        <translation>&amp;Mehr wie dieses</translation>
    </message>
    <message>
        <source>Keep the first half of the shown candidate&apos;s steps and draw the rest anew</source>
        <translation>Die erste Hälfte der Schritte des gezeigten Kandidaten behalten und den Rest neu zeichnen</translation>
    </message>
    <message>
        <source>&amp;Star</source>
        <translation>&amp;Stern</translation>
    </message>
    <message>
        <source>Mark the shown candidate</source>
        <translation>Den gezeigten Kandidaten merken</translation>
    </message>
    <message>
        <source>&amp;Discard</source>
        <translation>&amp;Verwerfen</translation>
    </message>
    <message>
        <source>Take the shown candidate off the strip; undo brings it back</source>
        <translation>Den gezeigten Kandidaten aus der Reihe nehmen; Rückgängig bringt ihn wieder</translation>
    </message>
    <message>
        <source>Save as a &amp;picture…</source>
        <translation>Als &amp;Bild speichern…</translation>
    </message>
    <message>
        <source>Save the picture with the shown candidate, without applying it</source>
        <translation>Das Bild mit dem gezeigten Kandidaten speichern, ohne ihn anzuwenden</translation>
    </message>
    <message>
        <source>P&amp;revious</source>
        <translation>V&amp;origer</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation>&amp;Nächster</translation>
    </message>
    <message>
        <source>&amp;0  Original</source>
        <translation>&amp;0  Original</translation>
    </message>
    <message>
        <source>&amp;{number}  Candidate {number}</source>
        <translation>&amp;{number}  Kandidat {number}</translation>
    </message>
    <message>
        <source>&amp;Regenerate from here</source>
        <translation>Von hier &amp;neu erzeugen</translation>
    </message>
    <message>
        <source>Keep the steps up to here and draw the rest anew</source>
        <translation>Die Schritte bis hierher behalten und den Rest neu zeichnen</translation>
    </message>
    <message>
        <source>&amp;Play the steps</source>
        <translation>Die Schritte ab&amp;spielen</translation>
    </message>
    <message>
        <source>Step &amp;back</source>
        <translation>Schritt &amp;zurück</translation>
    </message>
    <message>
        <source>Step &amp;on</source>
        <translation>Schritt &amp;vor</translation>
    </message>
    <message>
        <source>&amp;First step</source>
        <translation>&amp;Erster Schritt</translation>
    </message>
    <message>
        <source>&amp;Last step</source>
        <translation>&amp;Letzter Schritt</translation>
    </message>
    <message>
        <source>Co&amp;mpare</source>
        <translation>&amp;Vergleichen</translation>
    </message>
    <message>
        <source>&amp;Wipe</source>
        <translation>&amp;Wischen</translation>
    </message>
    <message>
        <source>As it was at the left of a divider to drag</source>
        <translation>Links einer verschiebbaren Linie, wie es war</translation>
    </message>
    <message>
        <source>&amp;Blink</source>
        <translation>&amp;Blinken</translation>
    </message>
    <message>
        <source>As it was and as it is, one after the other</source>
        <translation>Wie es war und wie es ist, abwechselnd</translation>
    </message>
    <message>
        <source>&amp;Difference</source>
        <translation>&amp;Unterschied</translation>
    </message>
    <message>
        <source>How far apart the colours are</source>
        <translation>Wie weit die Farben auseinanderliegen</translation>
    </message>
    <message>
        <source>Show changed &amp;pixels</source>
        <translation>Geänderte &amp;Pixel zeigen</translation>
    </message>
    <message>
        <source>Which pixels differ, counted</source>
        <translation>Welche Pixel sich unterscheiden, gezählt</translation>
    </message>
    <message>
        <source>Hold to see it as it &amp;was</source>
        <translation>&amp;Halten, um zu sehen, wie es war</translation>
    </message>
    <message>
        <source>See the picture as it was while this is held down</source>
        <translation>Das Bild sehen, wie es war, solange gedrückt wird</translation>
    </message>
    <message>
        <source>Compare &amp;others with this</source>
        <translation>&amp;Andere hiermit vergleichen</translation>
    </message>
    <message>
        <source>Compare other steps and branches with the one that is shown now</source>
        <translation>Andere Schritte und Zweige mit dem vergleichen, was jetzt gezeigt wird</translation>
    </message>
    <message>
        <source>Divider to the &amp;left</source>
        <translation>Linie nach &amp;links</translation>
    </message>
    <message>
        <source>Divider to the &amp;right</source>
        <translation>Linie nach &amp;rechts</translation>
    </message>
    <message>
        <source>Drag to move the picture.</source>
        <translation>Ziehen bewegt das Bild.</translation>
    </message>
    <message>
        <source>Drag to move the picture; let go of Space to draw.</source>
        <translation>Ziehen bewegt das Bild; Leertaste loslassen, um zu zeichnen.</translation>
    </message>
    <message>
        <source>Type what you want to see and press Return, or open, drop or paste a photo.</source>
        <translation>Eintippen, was zu sehen sein soll, und Eingabe drücken, oder ein Foto öffnen, hierher ziehen oder einfügen.</translation>
    </message>
    <message>
        <source>Let go to put the box here</source>
        <translation>Loslassen setzt den Rahmen hierher</translation>
    </message>
    <message>
        <source>Let go to keep this size</source>
        <translation>Loslassen behält diese Größe</translation>
    </message>
    <message>
        <source>Let go to keep the square</source>
        <translation>Loslassen behält das Quadrat</translation>
    </message>
    <message>
        <source>without Shift: any shape</source>
        <translation>ohne Umschalt: jede Form</translation>
    </message>
    <message>
        <source>Let go to keep the box</source>
        <translation>Loslassen behält den Rahmen</translation>
    </message>
    <message>
        <source>Shift: square</source>
        <translation>Umschalt: Quadrat</translation>
    </message>
    <message>
        <source>Brush tokens, or arrows and Space</source>
        <translation>Tokens anstreichen, oder Pfeile und Leertaste</translation>
    </message>
    <message>
        <source>Drag: apply this and draw the next box</source>
        <translation>Ziehen: dies anwenden und den nächsten Rahmen zeichnen</translation>
    </message>
    <message>
        <source>Drag to move the box</source>
        <translation>Ziehen bewegt den Rahmen</translation>
    </message>
    <message>
        <source>Drag to change the size</source>
        <translation>Ziehen ändert die Größe</translation>
    </message>
    <message>
        <source>{keys} stops and keeps what has been drawn so far.</source>
        <translation>{keys} hält an und behält, was bis dahin gezeichnet ist.</translation>
    </message>
    <message>
        <source>{keys} leaves it where it was</source>
        <translation>{keys} lässt ihn, wo er war</translation>
    </message>
    <message>
        <source>{keys} leaves it as it was</source>
        <translation>{keys} lässt ihn, wie er war</translation>
    </message>
    <message>
        <source>{keys}: no box</source>
        <translation>{keys}: kein Rahmen</translation>
    </message>
    <message>
        <source>Drag the line</source>
        <translation>Die Linie ziehen</translation>
    </message>
    <message>
        <source>{keys}: move it</source>
        <translation>{keys}: verschieben</translation>
    </message>
    <message>
        <source>{keys} ends the wipe</source>
        <translation>{keys} beendet das Wischen</translation>
    </message>
    <message>
        <source>{keys}: redo these</source>
        <translation>{keys}: diese neu ziehen</translation>
    </message>
    <message>
        <source>{keys}: redo the weakest</source>
        <translation>{keys}: die schwächsten neu ziehen</translation>
    </message>
    <message>
        <source>Alt+click, {keys}: other tokens</source>
        <translation>Alt+Klick, {keys}: andere Tokens</translation>
    </message>
    <message>
        <source>{keys}: no marks, then no lens</source>
        <translation>{keys}: keine Marken, dann keine Lupe</translation>
    </message>
    <message>
        <source>{keys}: candidates</source>
        <translation>{keys}: Kandidaten</translation>
    </message>
    <message>
        <source>{keys}: steps</source>
        <translation>{keys}: Schritte</translation>
    </message>
    <message>
        <source>{keys}: apply</source>
        <translation>{keys}: anwenden</translation>
    </message>
    <message>
        <source>{keys}: more like this</source>
        <translation>{keys}: mehr wie dieses</translation>
    </message>
    <message>
        <source>{keys}: back</source>
        <translation>{keys}: zurück</translation>
    </message>
    <message>
        <source>{keys}: by 1 px</source>
        <translation>{keys}: um 1 px</translation>
    </message>
    <message>
        <source>{keys}: by 10 px</source>
        <translation>{keys}: um 10 px</translation>
    </message>
    <message>
        <source>Drag to draw a box</source>
        <translation>Ziehen zeichnet einen Rahmen</translation>
    </message>
    <message>
        <source>wheel: zoom</source>
        <translation>Rad: Zoom</translation>
    </message>
    <message>
        <source>Space: move the picture</source>
        <translation>Leertaste: Bild bewegen</translation>
    </message>
    <message>
        <source>Ctrl+drag: one box more</source>
        <translation>Strg+Ziehen: noch ein Rahmen</translation>
    </message>
    <message>
        <source>click: no box</source>
        <translation>Klick: kein Rahmen</translation>
    </message>
    <message>
        <source>Type a prompt</source>
        <translation>Beschreibung tippen</translation>
    </message>
    <message>
        <source>{keys} generates</source>
        <translation>{keys} erzeugt</translation>
    </message>
    <message>
        <source>{keys}: move the box</source>
        <translation>{keys}: Rahmen bewegen</translation>
    </message>
    <message>
        <source>{keys}: resize</source>
        <translation>{keys}: Größe ändern</translation>
    </message>
    <message>
        <source>hold {keys}: as it was</source>
        <translation>{keys} halten: wie es war</translation>
    </message>
    <message>
        <source>Drag to draw another box</source>
        <translation>Ziehen zeichnet einen anderen Rahmen</translation>
    </message>
    <message>
        <source>Follow the &amp;system</source>
        <translation>Wie im &amp;System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>High &amp;contrast</source>
        <translation>Hoher &amp;Kontrast</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Hint</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Boxes</source>
        <translation>Rahmen</translation>
    </message>
    <message>
        <source>All boxes, filled from top to bottom; Alt+Up and Alt+Down move one, Space leaves it out, Del removes it</source>
        <translation>Alle Rahmen, von oben nach unten gefüllt; Alt+Hoch und Alt+Runter verschieben einen, Leertaste lässt ihn aus, Entf entfernt ihn</translation>
    </message>
    <message>
        <source>Runs and what grew from their steps appear here.</source>
        <translation>Läufe und was aus ihren Schritten wuchs, erscheinen hier.</translation>
    </message>
    <message>
        <source>Branches</source>
        <translation>Zweige</translation>
    </message>
    <message>
        <source>Every run and what was regenerated from it; click one or a step of its line to go there, F2 names it, Del removes it</source>
        <translation>Jeder Lauf und was aus ihm neu erzeugt wurde; ein Klick auf einen oder auf einen Schritt seiner Linie führt dorthin, F2 benennt ihn, Entf entfernt ihn</translation>
    </message>
    <message>
        <source>&amp;Show</source>
        <translation>&amp;Zeigen</translation>
    </message>
    <message>
        <source>&amp;Name…</source>
        <translation>&amp;Name…</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Left edge</source>
        <translation>Linke Kante</translation>
    </message>
    <message>
        <source>Top edge</source>
        <translation>Obere Kante</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>Breite</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>Höhe</translation>
    </message>
    <message>
        <source>{name} of the box</source>
        <translation>{name} des Rahmens</translation>
    </message>
    <message>
        <source>{name} of the box in pixels</source>
        <translation>{name} des Rahmens in Pixeln</translation>
    </message>
    <message>
        <source>Generator</source>
        <translation>Generator</translation>
    </message>
    <message>
        <source>Which model draws</source>
        <translation>Welches Modell zeichnet</translation>
    </message>
    <message>
        <source>Pictures made at once</source>
        <translation>So viele Bilder entstehen zugleich</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The same seed gives the same picture</source>
        <translation>Derselbe Startwert gibt dasselbe Bild</translation>
    </message>
    <message>
        <source>Draw a new seed</source>
        <translation>Einen neuen Startwert ziehen</translation>
    </message>
    <message>
        <source>Keep the seed</source>
        <translation>Den Startwert behalten</translation>
    </message>
    <message>
        <source>Keep this seed for the next pictures too</source>
        <translation>Diesen Startwert auch für die nächsten Bilder behalten</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>0: the likeliest; 1: as learnt</source>
        <translation>0: das Wahrscheinlichste; 1: wie gelernt</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Draw from the k likeliest; 0: off</source>
        <translation>Unter den k wahrscheinlichsten ziehen; 0: aus</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Draw from the likeliest share; 1: off</source>
        <translation>Unter dem wahrscheinlichsten Anteil ziehen; 1: aus</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>Führung</translation>
    </message>
    <message>
        <source>How closely the prompt is followed; 1: off</source>
        <translation>Wie genau der Beschreibung gefolgt wird; 1: aus</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Top-k, top-p</source>
        <translation>Top-k, Top-p</translation>
    </message>
    <message>
        <source>Loading</source>
        <translation>Lädt</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>Rahmen</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>Ziehung</translation>
    </message>
    <message>
        <source>Words the model knows</source>
        <translation>Wörter, die das Modell kennt</translation>
    </message>
    <message>
        <source>Up and Down choose one, Tab takes it</source>
        <translation>Hoch und Runter wählen eines, Tab übernimmt es</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>What you want to see. Return generates; Alt+Up brings back earlier prompts; {red|blue} lets the seed choose.</source>
        <translation>Was zu sehen sein soll. Eingabe erzeugt; Alt+Hoch holt frühere Beschreibungen; bei {red|blue} wählt der Startwert.</translation>
    </message>
    <message>
        <source>Search earlier prompts</source>
        <translation>Frühere Beschreibungen suchen</translation>
    </message>
    <message>
        <source>Words in any order; Return takes the prompt, Del forgets it</source>
        <translation>Wörter in beliebiger Folge; Eingabe übernimmt die Beschreibung, Entf vergisst sie</translation>
    </message>
    <message>
        <source>Up and Down choose one, Return takes it</source>
        <translation>Hoch und Runter wählen eine, Eingabe übernimmt sie</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Forget this prompt</source>
        <translation>Diese Beschreibung vergessen</translation>
    </message>
    <message>
        <source>Forget this prompt (Del)</source>
        <translation>Diese Beschreibung vergessen (Entf)</translation>
    </message>
    <message>
        <source>Prompts that you have used appear here.</source>
        <translation>Benutzte Beschreibungen erscheinen hier.</translation>
    </message>
    <message>
        <source>No earlier prompt has these words.</source>
        <translation>Keine frühere Beschreibung hat diese Wörter.</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Anfang</translation>
    </message>
    <message>
        <source>Step {number}</source>
        <translation>Schritt {number}</translation>
    </message>
    <message>
        <source>Describe a picture</source>
        <translation>Ein Bild beschreiben</translation>
    </message>
    <message>
        <source>Generate a whole picture</source>
        <translation>Ein ganzes Bild erzeugen</translation>
    </message>
    <message>
        <source>What would you like to see?</source>
        <translation>Was soll zu sehen sein?</translation>
    </message>
    <message>
        <source>Open a photo</source>
        <translation>Ein Foto öffnen</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>or drop one here</source>
        <translation>oder eines hierher ziehen</translation>
    </message>
    <message>
        <source>or try a sample</source>
        <translation>oder ein Beispiel versuchen</translation>
    </message>
    <message>
        <source>Sample: {name}</source>
        <translation>Beispiel: {name}</translation>
    </message>
    <message>
        <source>Open the sample: {name}</source>
        <translation>Das Beispiel öffnen: {name}</translation>
    </message>
    <message>
        <source>It knows {words} words, such as {some}.</source>
        <translation>Es kennt {words} Wörter, etwa {some}.</translation>
    </message>
    <message>
        <source>Drag on the picture to draw a box</source>
        <translation>Auf dem Bild ziehen, um einen Rahmen zu zeichnen</translation>
    </message>
    <message>
        <source>Dropped picture</source>
        <translation>Abgelegtes Bild</translation>
    </message>
    <message>
        <source>Something went wrong in the window.</source>
        <translation>Im Fenster ist etwas schiefgegangen.</translation>
    </message>
    <message>
        <source>Your picture is still here; save it, then copy the details and report them.</source>
        <translation>Das Bild ist noch da: speichern, dann die Einzelheiten kopieren und melden.</translation>
    </message>
    <message>
        <source>Being made</source>
        <translation>Entsteht gerade</translation>
    </message>
    <message>
        <source>About Ellbox</source>
        <translation>Über Ellbox</translation>
    </message>
    <message>
        <source>Draw a box, retype the prompt, go back to any step, and on from there.</source>
        <translation>Rahmen ziehen, Beschreibung tippen, zu jedem Schritt zurückgehen und von dort weiter.</translation>
    </message>
    <message>
        <source>Model licence: {licence}</source>
        <translation>Lizenz des Modells: {licence}</translation>
    </message>
    <message>
        <source>see its model card</source>
        <translation>siehe seine Modellkarte</translation>
    </message>
    <message>
        <source>Pictures and projects</source>
        <translation>Bilder und Projekte</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Ellbox project</source>
        <translation>Ellbox-Projekt</translation>
    </message>
    <message>
        <source>Save project</source>
        <translation>Projekt speichern</translation>
    </message>
    <message>
        <source>No box waits: each is empty, left out, applied or has its candidates.</source>
        <translation>Kein Rahmen wartet: Jeder ist leer, ausgelassen, übernommen oder hat seine Kandidaten.</translation>
    </message>
    <message>
        <source>A picture is being made.</source>
        <translation>Ein Bild entsteht gerade.</translation>
    </message>
    <message>
        <source>1 box has candidates to choose from.</source>
        <translation>1 Rahmen hat Kandidaten zur Wahl.</translation>
    </message>
    <message>
        <source>{count} boxes have candidates to choose from.</source>
        <translation>{count} Rahmen haben Kandidaten zur Wahl.</translation>
    </message>
    <message>
        <source>Being filled</source>
        <translation>Wird gefüllt</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Leer</translation>
    </message>
    <message>
        <source>Applied</source>
        <translation>Übernommen</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Ausgelassen</translation>
    </message>
    <message>
        <source>Waits</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>{width} by {height} pixels at {left}, {top}, seed {seed}</source>
        <translation>{width} mal {height} Pixel bei {left}, {top}, Startwert {seed}</translation>
    </message>
    <message>
        <source>No prompt yet</source>
        <translation>Noch ohne Beschreibung</translation>
    </message>
    <message>
        <source>There is nothing yet to compare the picture with.</source>
        <translation>Es gibt noch nichts, womit das Bild zu vergleichen wäre.</translation>
    </message>
    <message>
        <source>as it was</source>
        <translation>wie es war</translation>
    </message>
    <message>
        <source>candidate {number}</source>
        <translation>Kandidat {number}</translation>
    </message>
    <message>
        <source>Stopped at step {step} of {steps}. Go on from there, or go back.</source>
        <translation>Bei Schritt {step} von {steps} angehalten. Von dort weitermachen oder zurückgehen.</translation>
    </message>
    <message>
        <source>Stopped before the first step.</source>
        <translation>Vor dem ersten Schritt angehalten.</translation>
    </message>
    <message>
        <source>No pixel has changed.</source>
        <translation>Kein Pixel hat sich geändert.</translation>
    </message>
    <message>
        <source>1 pixel has changed</source>
        <translation>1 Pixel hat sich geändert</translation>
    </message>
    <message>
        <source>{count} pixels have changed</source>
        <translation>{count} Pixel haben sich geändert</translation>
    </message>
    <message>
        <source>{told}, all inside the boxes; 0 outside.</source>
        <translation>{told}, alle in den Rahmen; 0 außerhalb.</translation>
    </message>
    <message>
        <source>{told}, {outside} of them outside the boxes.</source>
        <translation>{told}, davon {outside} außerhalb der Rahmen.</translation>
    </message>
    <message>
        <source>Generated picture</source>
        <translation>Erzeugtes Bild</translation>
    </message>
    <message>
        <source>Opening {name}</source>
        <translation>{name} wird geöffnet</translation>
    </message>
    <message>
        <source>Saving {name}</source>
        <translation>{name} wird gespeichert</translation>
    </message>
    <message>
        <source>Exporting {name}</source>
        <translation>{name} wird exportiert</translation>
    </message>
    <message>
        <source>Exported {path}.</source>
        <translation>{path} exportiert.</translation>
    </message>
    <message>
        <source>{name} brought its recipe: box, prompt and steps.</source>
        <translation>{name} brachte das Rezept mit: Rahmen, Beschreibung und Schritte.</translation>
    </message>
    <message>
        <source>Saved {path}</source>
        <translation>{path} gespeichert</translation>
    </message>
    <message>
        <source>hidden</source>
        <translation>ausgeblendet</translation>
    </message>
    <message>
        <source>Waits for its turn</source>
        <translation>Wartet, bis es an der Reihe ist</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Beginnt</translation>
    </message>
    <message>
        <source>{told}, {time} left</source>
        <translation>{told}, noch {time}</translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s</source>
        <translation>{minutes} min {seconds} s</translation>
    </message>
    <message>
        <source>A picture is being made; stop it first.</source>
        <translation>Ein Bild entsteht gerade; zuerst anhalten.</translation>
    </message>
    <message>
        <source>Type what you want to see.</source>
        <translation>Eintippen, was zu sehen sein soll.</translation>
    </message>
    <message>
        <source>Draw a box on the picture first, or choose the whole picture.</source>
        <translation>Zuerst einen Rahmen auf dem Bild zeichnen oder das ganze Bild wählen.</translation>
    </message>
    <message>
        <source>Choose a candidate first.</source>
        <translation>Zuerst einen Kandidaten wählen.</translation>
    </message>
    <message>
        <source>Go back to an earlier step first.</source>
        <translation>Zuerst zu einem früheren Schritt zurückgehen.</translation>
    </message>
    <message>
        <source>{title} cannot say how sure it is of tokens.</source>
        <translation>{title} kann nicht sagen, wie sicher es bei Tokens ist.</translation>
    </message>
    <message>
        <source>The generator of these candidates is not here.</source>
        <translation>Der Generator dieser Kandidaten ist nicht da.</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Sieht nach…</translation>
    </message>
    <message>
        <source>No token has been drawn yet</source>
        <translation>Noch ist kein Token gezogen</translation>
    </message>
    <message>
        <source>{place}: {percent} sure</source>
        <translation>{place}: zu {percent} sicher</translation>
    </message>
    <message>
        <source>{count} marked</source>
        <translation>{count} markiert</translation>
    </message>
    <message>
        <source>{told}, this one too</source>
        <translation>{told}, dieses auch</translation>
    </message>
    <message>
        <source>Row {row}, column {column}</source>
        <translation>Zeile {row}, Spalte {column}</translation>
    </message>
    <message>
        <source>Your work is kept aside again.</source>
        <translation>Die Arbeit wird wieder gesichert.</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>scale</source>
        <translation>Skala</translation>
    </message>
    <message>
        <source>denoising step</source>
        <translation>Entrauschungsschritt</translation>
    </message>
    <message>
        <source>unmasking step</source>
        <translation>Aufdeckschritt</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>{name} {step} of {last}</source>
        <translation>{name} {step} von {last}</translation>
    </message>
    <message>
        <source>seed {seed}</source>
        <translation>Startwert {seed}</translation>
    </message>
    <message>
        <source>From step {step}</source>
        <translation>Ab Schritt {step}</translation>
    </message>
    <message>
        <source>from step {step}, {told}</source>
        <translation>ab Schritt {step}, {told}</translation>
    </message>
    <message>
        <source>A token picked</source>
        <translation>Ein Token ausgewählt</translation>
    </message>
    <message>
        <source>1 token drawn anew</source>
        <translation>1 Token neu gezogen</translation>
    </message>
    <message>
        <source>{count} tokens drawn anew</source>
        <translation>{count} Tokens neu gezogen</translation>
    </message>
    <message>
        <source>Left of the line: {told}</source>
        <translation>Links der Linie: {told}</translation>
    </message>
    <message>
        <source>In turn: as it is, {told}</source>
        <translation>Abwechselnd: wie es ist, {told}</translation>
    </message>
    <message>
        <source>The brighter, the more it differs</source>
        <translation>Je heller, desto größer der Unterschied</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>What the comparison shows</source>
        <translation>Was der Vergleich zeigt</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>Vergleicht…</translation>
    </message>
    <message>
        <source>Compared with {told}</source>
        <translation>Verglichen mit: {told}</translation>
    </message>
    <message>
        <source>Orange is unsure, blue is sure</source>
        <translation>Orange ist unsicher, blau ist sicher</translation>
    </message>
    <message>
        <source>Token lens</source>
        <translation>Token-Lupe</translation>
    </message>
    <message>
        <source>What the lens sees</source>
        <translation>Was die Lupe sieht</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>sure</source>
        <translation>sicher</translation>
    </message>
    <message>
        <source>Other tokens for this site</source>
        <translation>Andere Tokens für diese Stelle</translation>
    </message>
    <message>
        <source>Tokens, the likeliest first</source>
        <translation>Tokens, die wahrscheinlichsten zuerst</translation>
    </message>
    <message>
        <source>Unmark it</source>
        <translation>Markierung aufheben</translation>
    </message>
    <message>
        <source>Mark it to draw it anew</source>
        <translation>Markieren, um es neu zu ziehen</translation>
    </message>
    <message>
        <source>The one you pick changes this token alone; what was drawn after it stays.</source>
        <translation>Das gewählte ändert nur dieses Token; was danach gezogen wurde, bleibt.</translation>
    </message>
    <message>
        <source>The one you pick takes its place, and the steps still to come are drawn.</source>
        <translation>Das gewählte tritt an seine Stelle, und die noch kommenden Schritte werden gezogen.</translation>
    </message>
    <message>
        <source>token {number}</source>
        <translation>Token {number}</translation>
    </message>
    <message>
        <source>as shown</source>
        <translation>wie gezeigt</translation>
    </message>
    <message>
        <source>This file is not there any more: {name}</source>
        <translation>Diese Datei ist nicht mehr da: {name}</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>Noch nichts</translation>
    </message>
    <message>
        <source>Recent files</source>
        <translation>Zuletzt geöffnete Dateien</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Open {name}</source>
        <translation>{name} öffnen</translation>
    </message>
    <message>
        <source>{name} in {folder}</source>
        <translation>{name} in {folder}</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Drag through the steps (Left, Right, Home, End)</source>
        <translation>Durch die Schritte ziehen (Links, Rechts, Pos1, Ende)</translation>
    </message>
    <message>
        <source>en</source>
        <translation>de</translation>
    </message>
    <message>
        <source>Return</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Press shortcut</source>
        <translation>Tasten drücken</translation>
    </message>
    <message>
        <source>arrows</source>
        <translation>Pfeile</translation>
    </message>
    <message>
        <source>There is no file {path}.</source>
        <translation>Es gibt keine Datei {path}.</translation>
    </message>
    <message>
        <source>{path} is not a file.</source>
        <translation>{path} ist keine Datei.</translation>
    </message>
    <message>
        <source>{path} cannot be read: {reason}.</source>
        <translation>{path} lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>{path} cannot be read or written: {reason}.</source>
        <translation>{path} lässt sich nicht lesen oder schreiben: {reason}.</translation>
    </message>
    <message>
        <source>{path} cannot be written: {reason}.</source>
        <translation>{path} lässt sich nicht schreiben: {reason}.</translation>
    </message>
    <message>
        <source>{path} is not a file that can be replaced.</source>
        <translation>{path} ist keine Datei, die sich ersetzen lässt.</translation>
    </message>
    <message>
        <source>{path} is write-protected.</source>
        <translation>{path} ist schreibgeschützt.</translation>
    </message>
    <message>
        <source>{path} is larger than {size} GiB.</source>
        <translation>{path} ist größer als {size} GiB.</translation>
    </message>
    <message>
        <source>There is no folder {path}.</source>
        <translation>Es gibt keinen Ordner {path}.</translation>
    </message>
    <message>
        <source>The folder {path} cannot be written to.</source>
        <translation>In den Ordner {path} lässt sich nicht schreiben.</translation>
    </message>
    <message>
        <source>There is not enough memory to read {path}.</source>
        <translation>Der Speicher reicht nicht, um {path} zu lesen.</translation>
    </message>
    <message>
        <source>There is not enough free memory to open this.</source>
        <translation>Der freie Speicher reicht nicht, um dies zu öffnen.</translation>
    </message>
    <message>
        <source>{name} holds no picture.</source>
        <translation>{name} enthält kein Bild.</translation>
    </message>
    <message>
        <source>{name} is damaged: {reason}.</source>
        <translation>{name} ist beschädigt: {reason}.</translation>
    </message>
    <message>
        <source>{name} is not a picture that Ellbox can open.</source>
        <translation>{name} ist kein Bild, das Ellbox öffnen kann.</translation>
    </message>
    <message>
        <source>{name} is wider or higher than {side} pixels.</source>
        <translation>{name} ist breiter oder höher als {side} Pixel.</translation>
    </message>
    <message>
        <source>{name} has more than {count} million pixels.</source>
        <translation>{name} hat mehr als {count} Millionen Pixel.</translation>
    </message>
    <message>
        <source>{name} does not end like a picture that Ellbox can write.</source>
        <translation>{name} endet nicht wie ein Bild, das Ellbox schreiben kann.</translation>
    </message>
    <message>
        <source>{name} does not end in {suffix}.</source>
        <translation>{name} endet nicht auf {suffix}.</translation>
    </message>
    <message>
        <source>There is nothing called {word} for a name.</source>
        <translation>Für einen Namen gibt es nichts, was {word} heißt.</translation>
    </message>
    <message>
        <source>Pictures of floating-point numbers cannot be opened.</source>
        <translation>Bilder aus Gleitkommazahlen lassen sich nicht öffnen.</translation>
    </message>
    <message>
        <source>The picture cannot be written as {format}: {reason}.</source>
        <translation>Das Bild lässt sich nicht als {format} schreiben: {reason}.</translation>
    </message>
    <message>
        <source>There are no steps to show.</source>
        <translation>Es gibt keine Schritte zu zeigen.</translation>
    </message>
    <message>
        <source>There is no box to cut out.</source>
        <translation>Es gibt keinen Rahmen zum Ausschneiden.</translation>
    </message>
    <message>
        <source>There is no box to make a mask of.</source>
        <translation>Es gibt keinen Rahmen für eine Maske.</translation>
    </message>
    <message>
        <source>Videos need the package `av`, which is not installed.</source>
        <translation>Videos brauchen das Paket `av`, das nicht installiert ist.</translation>
    </message>
    <message>
        <source>Check its permissions.</source>
        <translation>Die Zugriffsrechte prüfen.</translation>
    </message>
    <message>
        <source>Check the name and the folder.</source>
        <translation>Namen und Ordner prüfen.</translation>
    </message>
    <message>
        <source>Choose a picture file.</source>
        <translation>Eine Bilddatei wählen.</translation>
    </message>
    <message>
        <source>Choose a smaller file.</source>
        <translation>Eine kleinere Datei wählen.</translation>
    </message>
    <message>
        <source>Choose another folder or file.</source>
        <translation>Einen anderen Ordner oder eine andere Datei wählen.</translation>
    </message>
    <message>
        <source>Choose another folder or file name.</source>
        <translation>Einen anderen Ordner oder Dateinamen wählen.</translation>
    </message>
    <message>
        <source>Create it, or choose another.</source>
        <translation>Ihn anlegen oder einen anderen wählen.</translation>
    </message>
    <message>
        <source>Draw a box first.</source>
        <translation>Zuerst einen Rahmen zeichnen.</translation>
    </message>
    <message>
        <source>Generate a picture first.</source>
        <translation>Zuerst ein Bild erzeugen.</translation>
    </message>
    <message>
        <source>Install it with: pip install &apos;ellbox[video]&apos;. GIF, WebP and APNG need nothing.</source>
        <translation>Installieren mit: pip install &apos;ellbox[video]&apos;. GIF, WebP und APNG brauchen nichts.</translation>
    </message>
    <message>
        <source>Make it smaller in another program first.</source>
        <translation>Es zuerst in einem anderen Programm verkleinern.</translation>
    </message>
    <message>
        <source>Name the file accordingly.</source>
        <translation>Die Datei entsprechend benennen.</translation>
    </message>
    <message>
        <source>Open another file.</source>
        <translation>Eine andere Datei öffnen.</translation>
    </message>
    <message>
        <source>Try to save it again.</source>
        <translation>Versuchen, es neu zu speichern.</translation>
    </message>
    <message>
        <source>Use .png, .jpg, .webp, .tif or .avif.</source>
        <translation>.png, .jpg, .webp, .tif oder .avif verwenden.</translation>
    </message>
    <message>
        <source>Use 8 or 16 bits.</source>
        <translation>8 oder 16 Bit verwenden.</translation>
    </message>
    <message>
        <source>Use PNG, JPEG, WebP, TIFF, AVIF, BMP, GIF or PPM.</source>
        <translation>PNG, JPEG, WebP, TIFF, AVIF, BMP, GIF oder PPM verwenden.</translation>
    </message>
    <message>
        <source>Use PNG.</source>
        <translation>PNG verwenden.</translation>
    </message>
    <message>
        <source>Use {words}.</source>
        <translation>{words} verwenden.</translation>
    </message>
    <message>
        <source>The black and white picture became RGB.</source>
        <translation>Das Schwarzweißbild wurde zu RGB.</translation>
    </message>
    <message>
        <source>The grey picture became RGB.</source>
        <translation>Das Graustufenbild wurde zu RGB.</translation>
    </message>
    <message>
        <source>The palette picture became RGB.</source>
        <translation>Das Bild mit Palette wurde zu RGB.</translation>
    </message>
    <message>
        <source>The CMYK picture became RGB; its colours may differ slightly.</source>
        <translation>Das CMYK-Bild wurde zu RGB; die Farben können etwas abweichen.</translation>
    </message>
    <message>
        <source>The YCbCr picture became RGB.</source>
        <translation>Das YCbCr-Bild wurde zu RGB.</translation>
    </message>
    <message>
        <source>The Lab picture became RGB.</source>
        <translation>Das Lab-Bild wurde zu RGB.</translation>
    </message>
    <message>
        <source>Only the first of {count} frames was opened.</source>
        <translation>Nur das erste von {count} Einzelbildern wurde geöffnet.</translation>
    </message>
    <message>
        <source>Only PNG and TIFF keep 16 bits a channel.</source>
        <translation>Nur PNG und TIFF bewahren 16 Bit pro Kanal.</translation>
    </message>
    <message>
        <source>JPEG has no transparency; the picture was laid on white.</source>
        <translation>JPEG kennt keine Transparenz; das Bild wurde auf Weiß gelegt.</translation>
    </message>
    <message>
        <source>The EXIF data is too large for JPEG and was left out.</source>
        <translation>Die EXIF-Daten sind zu groß für JPEG und wurden weggelassen.</translation>
    </message>
    <message>
        <source>{name} is no Ellbox project, or it is damaged: {reason}.</source>
        <translation>{name} ist kein Ellbox-Projekt oder beschädigt: {reason}.</translation>
    </message>
    <message>
        <source>{name} is open in another window of Ellbox.</source>
        <translation>{name} ist in einem anderen Fenster von Ellbox geöffnet.</translation>
    </message>
    <message>
        <source>The project is larger than 4 GiB.</source>
        <translation>Das Projekt ist größer als 4 GiB.</translation>
    </message>
    <message>
        <source>The project has too many edits and steps to be saved.</source>
        <translation>Das Projekt hat zu viele Änderungen und Schritte, um gespeichert zu werden.</translation>
    </message>
    <message>
        <source>A tree of more than {count} steps cannot be saved.</source>
        <translation>Ein Baum mit mehr als {count} Schritten lässt sich nicht speichern.</translation>
    </message>
    <message>
        <source>{name} carries no recipe.</source>
        <translation>{name} trägt kein Rezept.</translation>
    </message>
    <message>
        <source>The recipe in {name} is too large to be one of Ellbox.</source>
        <translation>Das Rezept in {name} ist zu groß, um von Ellbox zu sein.</translation>
    </message>
    <message>
        <source>The recipe in {name} belongs to a larger picture.</source>
        <translation>Das Rezept in {name} gehört zu einem größeren Bild.</translation>
    </message>
    <message>
        <source>The recipe in {name} lacks the old pixels of its box.</source>
        <translation>Dem Rezept in {name} fehlen die alten Pixel seines Rahmens.</translation>
    </message>
    <message>
        <source>The recipe was written by a newer Ellbox.</source>
        <translation>Das Rezept wurde von einem neueren Ellbox geschrieben.</translation>
    </message>
    <message>
        <source>The project was written by a newer Ellbox.</source>
        <translation>Das Projekt wurde von einem neueren Ellbox geschrieben.</translation>
    </message>
    <message>
        <source>The recipe is too large for a picture.</source>
        <translation>Das Rezept ist zu groß für ein Bild.</translation>
    </message>
    <message>
        <source>Work was kept aside when Ellbox ended, but the file is damaged.</source>
        <translation>Als Ellbox endete, wurde Arbeit gesichert, aber die Datei ist beschädigt.</translation>
    </message>
    <message>
        <source>Work that was kept aside cannot be restored now.</source>
        <translation>Gesicherte Arbeit lässt sich jetzt nicht wiederherstellen.</translation>
    </message>
    <message>
        <source>Your work could not be kept aside: {reason}</source>
        <translation>Die Arbeit ließ sich nicht sichern: {reason}</translation>
    </message>
    <message>
        <source>A part of it is damaged; what came after that is lost.</source>
        <translation>Ein Teil davon ist beschädigt; was danach kam, ist verloren.</translation>
    </message>
    <message>
        <source>Close it there first, or use another file name.</source>
        <translation>Es dort zuerst schließen oder einen anderen Dateinamen verwenden.</translation>
    </message>
    <message>
        <source>Delete some of its branches.</source>
        <translation>Einige seiner Zweige löschen.</translation>
    </message>
    <message>
        <source>Export the picture, and go on with it in a new project.</source>
        <translation>Das Bild exportieren und in einem neuen Projekt damit weitermachen.</translation>
    </message>
    <message>
        <source>It lies in {path}.</source>
        <translation>Sie liegt in {path}.</translation>
    </message>
    <message>
        <source>Save a project instead.</source>
        <translation>Stattdessen ein Projekt speichern.</translation>
    </message>
    <message>
        <source>Save the project, and make room on the disk.</source>
        <translation>Das Projekt speichern und auf dem Datenträger Platz schaffen.</translation>
    </message>
    <message>
        <source>Update Ellbox.</source>
        <translation>Ellbox aktualisieren.</translation>
    </message>
    <message>
        <source>Use a picture that Ellbox wrote.</source>
        <translation>Ein Bild verwenden, das Ellbox geschrieben hat.</translation>
    </message>
    <message>
        <source>A box needs a picture, and a picture a box.</source>
        <translation>Ein Rahmen braucht ein Bild und ein Bild einen Rahmen.</translation>
    </message>
    <message>
        <source>The box {box} has no area.</source>
        <translation>Der Rahmen {box} hat keine Fläche.</translation>
    </message>
    <message>
        <source>The box {box} lies outside the picture of {width} x {height} pixels.</source>
        <translation>Der Rahmen {box} liegt außerhalb des Bildes von {width} x {height} Pixeln.</translation>
    </message>
    <message>
        <source>The box {box} is not four whole numbers.</source>
        <translation>Der Rahmen {box} besteht nicht aus vier ganzen Zahlen.</translation>
    </message>
    <message>
        <source>The box has moved since these steps were made.</source>
        <translation>Der Rahmen wurde bewegt, seit diese Schritte entstanden.</translation>
    </message>
    <message>
        <source>The picture must be 8-bit RGB.</source>
        <translation>Das Bild muss RGB mit 8 Bit sein.</translation>
    </message>
    <message>
        <source>The steps of these sites are not at hand.</source>
        <translation>Die Schritte dieser Stellen sind nicht da.</translation>
    </message>
    <message>
        <source>The {name} must lie between {low} and {high}, not {value}.</source>
        <translation>{name} muss zwischen {low} und {high} liegen, nicht {value}.</translation>
    </message>
    <message>
        <source>These tokens belong to another generator.</source>
        <translation>Diese Tokens gehören zu einem anderen Generator.</translation>
    </message>
    <message>
        <source>The tokens of these steps have no place in another box.</source>
        <translation>Die Tokens dieser Schritte haben in einem anderen Rahmen keinen Platz.</translation>
    </message>
    <message>
        <source>Nothing is left to draw in this box.</source>
        <translation>In diesem Rahmen ist nichts mehr zu zeichnen.</translation>
    </message>
    <message>
        <source>These steps only fit a box of the same size.</source>
        <translation>Diese Schritte passen nur zu einem Rahmen gleicher Größe.</translation>
    </message>
    <message>
        <source>Only the steps of a box go along into another box.</source>
        <translation>Nur die Schritte eines Rahmens gehen in einen anderen Rahmen mit.</translation>
    </message>
    <message>
        <source>Move the box without changing its size, or generate anew.</source>
        <translation>Den Rahmen bewegen, ohne seine Größe zu ändern, oder neu erzeugen.</translation>
    </message>
    <message>
        <source>This is the last step: nothing is left to redo.</source>
        <translation>Dies ist der letzte Schritt: Es ist nichts mehr neu zu ziehen.</translation>
    </message>
    <message>
        <source>Only sites inside the box can be opened.</source>
        <translation>Nur Stellen im Rahmen lassen sich öffnen.</translation>
    </message>
    <message>
        <source>Sampling settings must be finite numbers.</source>
        <translation>Einstellungen der Ziehung müssen endliche Zahlen sein.</translation>
    </message>
    <message>
        <source>{title} cannot say how sure it is of single sites.</source>
        <translation>{title} kann nicht sagen, wie sicher es bei einzelnen Stellen ist.</translation>
    </message>
    <message>
        <source>{title} did not make these steps.</source>
        <translation>{title} hat diese Schritte nicht gemacht.</translation>
    </message>
    <message>
        <source>This generator knows ImageNet&apos;s classes only, and none is called {prompt}.</source>
        <translation>Dieser Generator kennt nur die Klassen von ImageNet, und keine heißt {prompt}.</translation>
    </message>
    <message>
        <source>Choose sites inside the box.</source>
        <translation>Stellen im Rahmen wählen.</translation>
    </message>
    <message>
        <source>Choose the sites anew.</source>
        <translation>Die Stellen neu wählen.</translation>
    </message>
    <message>
        <source>Draw a box at least one pixel wide and high.</source>
        <translation>Einen Rahmen zeichnen, der mindestens ein Pixel breit und hoch ist.</translation>
    </message>
    <message>
        <source>Draw a box on the picture.</source>
        <translation>Einen Rahmen auf dem Bild zeichnen.</translation>
    </message>
    <message>
        <source>Draw the box on the picture.</source>
        <translation>Den Rahmen auf dem Bild zeichnen.</translation>
    </message>
    <message>
        <source>Generate anew.</source>
        <translation>Neu erzeugen.</translation>
    </message>
    <message>
        <source>Go back some steps.</source>
        <translation>Einige Schritte zurückgehen.</translation>
    </message>
    <message>
        <source>Name one of them, such as &apos;goldfish&apos;.</source>
        <translation>Eine von ihnen nennen, etwa &apos;goldfish&apos;.</translation>
    </message>
    <message>
        <source>Try {words}.</source>
        <translation>Versuchen: {words}.</translation>
    </message>
    <message>
        <source>Write LEFT,TOP,RIGHT,BOTTOM.</source>
        <translation>LINKS,OBEN,RECHTS,UNTEN schreiben.</translation>
    </message>
    <message>
        <source>The built-in model was not taught: {words}.</source>
        <translation>Das eingebaute Modell hat nicht gelernt: {words}.</translation>
    </message>
    <message>
        <source>The prompt is too long; its end was left out.</source>
        <translation>Die Beschreibung ist zu lang; ihr Ende wurde weggelassen.</translation>
    </message>
    <message>
        <source>There is not enough memory for the pictures.</source>
        <translation>Der Speicher reicht nicht für die Bilder.</translation>
    </message>
    <message>
        <source>There is not enough memory for this.</source>
        <translation>Der Speicher reicht dafür nicht.</translation>
    </message>
    <message>
        <source>There is not enough memory to look at single tokens.</source>
        <translation>Der Speicher reicht nicht, um einzelne Tokens anzusehen.</translation>
    </message>
    <message>
        <source>Close other programs, or choose a smaller generator.</source>
        <translation>Andere Programme schließen oder einen kleineren Generator wählen.</translation>
    </message>
    <message>
        <source>Close other programs.</source>
        <translation>Andere Programme schließen.</translation>
    </message>
    <message>
        <source>Memory is short: {count} of the candidates were made at a time.</source>
        <translation>Der Speicher ist knapp: Es entstanden immer nur {count} der Kandidaten zugleich.</translation>
    </message>
    <message>
        <source>The processor made this: the graphics card has too little memory.</source>
        <translation>Dies hat der Prozessor gemacht: Die Grafikkarte hat zu wenig Speicher.</translation>
    </message>
    <message>
        <source>Memory ran out: the candidates are made one by one now.</source>
        <translation>Der Speicher ging aus: Die Kandidaten entstehen jetzt einer nach dem anderen.</translation>
    </message>
    <message>
        <source>The graphics card ran out of memory: the processor does it now, which is slow.</source>
        <translation>Der Grafikkarte ging der Speicher aus: Jetzt macht es der Prozessor, was langsam ist.</translation>
    </message>
    <message>
        <source>The graphics card has {free} of memory free; {title} needs {needed}.</source>
        <translation>Die Grafikkarte hat {free} Speicher frei; {title} braucht {needed}.</translation>
    </message>
    <message>
        <source>This computer has {free} of memory free; {title} needs {needed}.</source>
        <translation>Dieser Rechner hat {free} Speicher frei; {title} braucht {needed}.</translation>
    </message>
    <message>
        <source>{card} (CUDA, pictures in {format})</source>
        <translation>{card} (CUDA, Bilder in {format})</translation>
    </message>
    <message>
        <source>Apple GPU (Metal, pictures in {format})</source>
        <translation>Apple-GPU (Metal, Bilder in {format})</translation>
    </message>
    <message>
        <source>The settings ask for {device}, which this machine has not.</source>
        <translation>Eingestellt ist {device}, was dieser Rechner nicht hat.</translation>
    </message>
    <message>
        <source>The settings ask for this device.</source>
        <translation>Dieses Gerät ist eingestellt.</translation>
    </message>
    <message>
        <source>PyTorch finds no graphics card that it can use, so the processor computes.</source>
        <translation>PyTorch findet keine Grafikkarte, die es nutzen kann, also rechnet der Prozessor.</translation>
    </message>
    <message>
        <source>The graphics card is the fastest device here.</source>
        <translation>Die Grafikkarte ist hier das schnellste Gerät.</translation>
    </message>
    <message>
        <source>It uses {part} of {all} cores; the rest is left to the window.</source>
        <translation>Es nutzt {part} von {all} Kernen; der Rest bleibt dem Fenster.</translation>
    </message>
    <message>
        <source>It uses {part} of {all} cores; all.</source>
        <translation>Es nutzt {part} von {all} Kernen; alle.</translation>
    </message>
    <message>
        <source>It is driven by ROCm.</source>
        <translation>Sie läuft mit ROCm.</translation>
    </message>
    <message>
        <source>Something unexpected went wrong.</source>
        <translation>Etwas Unerwartetes ging schief.</translation>
    </message>
    <message>
        <source>Please copy the details and report them.</source>
        <translation>Bitte die Einzelheiten kopieren und melden.</translation>
    </message>
    <message>
        <source>There is no generator {key}.</source>
        <translation>Es gibt keinen Generator {key}.</translation>
    </message>
    <message>
        <source>The weights of {key} are not here.</source>
        <translation>Die Gewichte von {key} sind nicht da.</translation>
    </message>
    <message>
        <source>The description of the model in {name} is damaged: {reason}.</source>
        <translation>Die Beschreibung des Modells in {name} ist beschädigt: {reason}.</translation>
    </message>
    <message>
        <source>The model in {name} cannot be read: {reason}.</source>
        <translation>Das Modell in {name} lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>The weights {name} are damaged.</source>
        <translation>Die Gewichte {name} sind beschädigt.</translation>
    </message>
    <message>
        <source>The weights {name} are missing.</source>
        <translation>Die Gewichte {name} fehlen.</translation>
    </message>
    <message>
        <source>The weights {name} have {size} bytes instead of {right}.</source>
        <translation>Die Gewichte {name} haben {size} Bytes statt {right}.</translation>
    </message>
    <message>
        <source>The weights {name} cannot be read: {reason}.</source>
        <translation>Die Gewichte {name} lassen sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>The weights {name} do not fit the model ({count} entries): {names}.</source>
        <translation>Die Gewichte {name} passen nicht zum Modell ({count} Einträge): {names}.</translation>
    </message>
    <message>
        <source>The list of weights {name} cannot be read: {reason}.</source>
        <translation>Die Liste der Gewichte {name} lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>What was known of weights cannot be read: {reason}.</source>
        <translation>Was von Gewichten bekannt war, lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>The model needs {needed} GB, and {free} GB are free in {path}.</source>
        <translation>Das Modell braucht {needed} GB, und {free} GB sind frei in {path}.</translation>
    </message>
    <message>
        <source>{title} needs {needed} GB for its files and the model made of them, and {free} GB are free in {path}.</source>
        <translation>{title} braucht {needed} GB für seine Dateien und das Modell daraus, und {free} GB sind frei in {path}.</translation>
    </message>
    <message>
        <source>There is no model {key} in the list.</source>
        <translation>Es gibt kein Modell {key} in der Liste.</translation>
    </message>
    <message>
        <source>There is a model {key} already.</source>
        <translation>Es gibt schon ein Modell {key}.</translation>
    </message>
    <message>
        <source>The model {key} comes with Ellbox.</source>
        <translation>Das Modell {key} gehört zu Ellbox.</translation>
    </message>
    <message>
        <source>The model {key} comes with Ellbox and stays.</source>
        <translation>Das Modell {key} gehört zu Ellbox und bleibt.</translation>
    </message>
    <message>
        <source>No files of a model {key} are here.</source>
        <translation>Es sind keine Dateien eines Modells {key} da.</translation>
    </message>
    <message>
        <source>{key} cannot be the key of a model.</source>
        <translation>{key} kann nicht der Schlüssel eines Modells sein.</translation>
    </message>
    <message>
        <source>{title} comes with Ellbox.</source>
        <translation>{title} gehört zu Ellbox.</translation>
    </message>
    <message>
        <source>{title} cannot be fetched.</source>
        <translation>{title} lässt sich nicht holen.</translation>
    </message>
    <message>
        <source>{name}/{path} came in otherwise than before and was deleted.</source>
        <translation>{name}/{path} kam anders an als zuvor und wurde gelöscht.</translation>
    </message>
    <message>
        <source>{name} is being fetched by another Ellbox.</source>
        <translation>{name} wird gerade von einem anderen Ellbox geholt.</translation>
    </message>
    <message>
        <source>A commit never changes, so somebody changed the file.</source>
        <translation>Ein Stand ändert sich nie, also hat jemand die Datei geändert.</translation>
    </message>
    <message>
        <source>Let it end there.</source>
        <translation>Es dort zu Ende kommen lassen.</translation>
    </message>
    <message>
        <source>The server offers another {name}/{path} than it did before.</source>
        <translation>Der Server bietet ein anderes {name}/{path} an als zuvor.</translation>
    </message>
    <message>
        <source>peak on a CPU in single precision</source>
        <translation>Höchststand auf einem Prozessor in einfacher Genauigkeit</translation>
    </message>
    <message>
        <source>peak, weights in single precision (a third party&apos;s report)</source>
        <translation>Höchststand, Gewichte in einfacher Genauigkeit (Bericht Dritter)</translation>
    </message>
    <message>
        <source>weights in half precision</source>
        <translation>Gewichte in halber Genauigkeit</translation>
    </message>
    <message>
        <source>{path} cannot be deleted: {reason}.</source>
        <translation>{path} lässt sich nicht löschen: {reason}.</translation>
    </message>
    <message>
        <source>Details: {kind}: {reason}.</source>
        <translation>Einzelheiten: {kind}: {reason}.</translation>
    </message>
    <message>
        <source>{machine} processor, {cores}, pictures in {format}</source>
        <translation>{machine}-Prozessor, {cores}, Bilder in {format}</translation>
    </message>
    <message>
        <source>1 core</source>
        <translation>1 Kern</translation>
    </message>
    <message>
        <source>{count} cores</source>
        <translation>{count} Kerne</translation>
    </message>
    <message>
        <source>{name} is not safetensors.</source>
        <translation>{name} ist kein safetensors.</translation>
    </message>
    <message>
        <source>{name} came in with a wrong digest and was deleted: its sha256 is {digest}.</source>
        <translation>{name} kam mit falscher Prüfsumme an und wurde gelöscht: sha256 ist {digest}.</translation>
    </message>
    <message>
        <source>{name} is larger than the {size} bytes that the server told. What came in was deleted.</source>
        <translation>{name} ist größer als die {size} Bytes, die der Server nannte. Was ankam, wurde gelöscht.</translation>
    </message>
    <message>
        <source>{name} stopped coming in: {reason}.</source>
        <translation>{name} kommt nicht mehr an: {reason}.</translation>
    </message>
    <message>
        <source>The server lies about {name}: {told} instead of bytes from {first} of {size}. What came in was deleted.</source>
        <translation>Der Server sagt Falsches über {name}: {told} statt Bytes ab {first} von {size}. Was ankam, wurde gelöscht.</translation>
    </message>
    <message>
        <source>The server refuses {name} ({status}).</source>
        <translation>Der Server verweigert {name} ({status}).</translation>
    </message>
    <message>
        <source>The server does not say how large {name} is.</source>
        <translation>Der Server sagt nicht, wie groß {name} ist.</translation>
    </message>
    <message>
        <source>The server offers another {name} than the list of weights names.</source>
        <translation>Der Server bietet ein anderes {name} an, als die Liste der Gewichte nennt.</translation>
    </message>
    <message>
        <source>{name} answers with the commit {commit} instead of {revision}.</source>
        <translation>{name} antwortet mit dem Stand {commit} statt {revision}.</translation>
    </message>
    <message>
        <source>{name} has no {path}.</source>
        <translation>{name} hat kein {path}.</translation>
    </message>
    <message>
        <source>{name} cannot be asked for: HF_HUB_OFFLINE forbids it.</source>
        <translation>Nach {name} lässt sich nicht fragen: HF_HUB_OFFLINE verbietet es.</translation>
    </message>
    <message>
        <source>{name} is given only to people who accepted its terms on its page.</source>
        <translation>{name} bekommt nur, wer auf seiner Seite die Bedingungen angenommen hat.</translation>
    </message>
    <message>
        <source>{name} is not where the list says.</source>
        <translation>{name} ist nicht dort, wo die Liste es nennt.</translation>
    </message>
    <message>
        <source>{name} cannot be reached: {reason}.</source>
        <translation>{name} ist nicht zu erreichen: {reason}.</translation>
    </message>
    <message>
        <source>The conversion ended early.</source>
        <translation>Die Umwandlung endete vorzeitig.</translation>
    </message>
    <message>
        <source>Accept them there and log in with `hf auth login`.</source>
        <translation>Sie dort annehmen und sich mit `hf auth login` anmelden.</translation>
    </message>
    <message>
        <source>Change &quot;key&quot; in its model.json.</source>
        <translation>&quot;key&quot; in seiner model.json ändern.</translation>
    </message>
    <message>
        <source>Check the connection and try again.</source>
        <translation>Die Verbindung prüfen und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Convert it: ellbox weights convert.</source>
        <translation>Umwandeln: ellbox weights convert.</translation>
    </message>
    <message>
        <source>Delete it by hand.</source>
        <translation>Von Hand löschen.</translation>
    </message>
    <message>
        <source>Delete {path}: digests are then recorded anew.</source>
        <translation>{path} löschen: Prüfsummen werden dann neu aufgezeichnet.</translation>
    </message>
    <message>
        <source>Fetch it again; if it stays wrong, somebody changed the file.</source>
        <translation>Noch einmal holen; bleibt es falsch, hat jemand die Datei geändert.</translation>
    </message>
    <message>
        <source>Install Ellbox again, or train the built-in model anew.</source>
        <translation>Ellbox neu installieren oder das eingebaute Modell neu trainieren.</translation>
    </message>
    <message>
        <source>Install Ellbox again.</source>
        <translation>Ellbox neu installieren.</translation>
    </message>
    <message>
        <source>It was moved or withdrawn by its authors.</source>
        <translation>Die Urheber haben es verschoben oder zurückgezogen.</translation>
    </message>
    <message>
        <source>It was moved, withdrawn, or wants a login.</source>
        <translation>Es wurde verschoben, zurückgezogen oder verlangt eine Anmeldung.</translation>
    </message>
    <message>
        <source>Listed: {words}.</source>
        <translation>In der Liste: {words}.</translation>
    </message>
    <message>
        <source>Make room on that disk.</source>
        <translation>Auf diesem Datenträger Platz schaffen.</translation>
    </message>
    <message>
        <source>Make room, or allow writing.</source>
        <translation>Platz schaffen oder das Schreiben erlauben.</translation>
    </message>
    <message>
        <source>None is ready: install Ellbox again.</source>
        <translation>Keiner ist bereit: Ellbox neu installieren.</translation>
    </message>
    <message>
        <source>Nothing was fetched: a commit never changes, so somebody changed the file.</source>
        <translation>Nichts wurde geholt: Ein Stand ändert sich nie, also hat jemand die Datei geändert.</translation>
    </message>
    <message>
        <source>Nothing was fetched; report it to the authors of Ellbox.</source>
        <translation>Nichts wurde geholt; bitte den Autoren von Ellbox melden.</translation>
    </message>
    <message>
        <source>Ready: {words}.</source>
        <translation>Bereit: {words}.</translation>
    </message>
    <message>
        <source>`ellbox weights fetch {key}` says how.</source>
        <translation>`ellbox weights fetch {key}` sagt, wie.</translation>
    </message>
    <message>
        <source>Released, but not here: {words}.</source>
        <translation>Veröffentlicht, aber nicht da: {words}.</translation>
    </message>
    <message>
        <source>Remove it first: ellbox weights remove {key}.</source>
        <translation>Es zuerst entfernen: ellbox weights remove {key}.</translation>
    </message>
    <message>
        <source>Then: ellbox weights convert FILE --backend {key}.</source>
        <translation>Dann: ellbox weights convert DATEI --backend {key}.</translation>
    </message>
    <message>
        <source>Try again later, or report it.</source>
        <translation>Später noch einmal versuchen oder es melden.</translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Später noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Unset it to fetch weights.</source>
        <translation>Die Variable entfernen, um Gewichte zu holen.</translation>
    </message>
    <message>
        <source>Use letters, digits and dashes.</source>
        <translation>Buchstaben, Ziffern und Bindestriche verwenden.</translation>
    </message>
    <message>
        <source>What is here is kept: fetch again to go on from there.</source>
        <translation>Was da ist, bleibt: Noch einmal holen setzt dort fort.</translation>
    </message>
    <message>
        <source>It is published in parts, in the release {release} of the repository {name}: join them to {file}.</source>
        <translation>Veröffentlicht ist es in Teilen, in der Ausgabe {release} des Repositorys {name}: sie zu {file} zusammenfügen.</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>etwa {size}</translation>
    </message>
    <message>
        <source>at least {size}</source>
        <translation>mindestens {size}</translation>
    </message>
    <message>
        <source>not published</source>
        <translation>nicht veröffentlicht</translation>
    </message>
    <message>
        <source>{done} of {whole} sites</source>
        <translation>{done} von {whole} Stellen</translation>
    </message>
    <message>
        <source>{done} of {whole} scales</source>
        <translation>{done} von {whole} Skalen</translation>
    </message>
    <message>
        <source>{done} of {whole} steps</source>
        <translation>{done} von {whole} Schritten</translation>
    </message>
    <message>
        <source>{done} of {whole} tokens</source>
        <translation>{done} von {whole} Tokens</translation>
    </message>
    <message>
        <source>A whole new picture has nothing to keep.</source>
        <translation>Ein ganz neues Bild hat nichts zu behalten.</translation>
    </message>
    <message>
        <source>All of the box is drawn anew</source>
        <translation>Alles im Rahmen wird neu gezeichnet</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>Strength {percent} %</source>
        <translation>Stärke {percent} %</translation>
    </message>
    <message>
        <source>How much of the box is drawn anew; below 100 % some of what it shows stays</source>
        <translation>Wie viel im Rahmen neu gezeichnet wird; unter 100 % bleibt etwas von dem, was er zeigt</translation>
    </message>
</context>
</TS>
